namespace UnityEngine.Rendering
{
    public struct BitArray128
    {
        public bool this[uint index]
        {
            get => false;
            set {}
        }
    }
}
