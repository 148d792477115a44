namespace UnityEngine
{
    public struct LayerMask
    {
        int _value;

        public static implicit operator int(LayerMask mask) => mask._value;
        public static implicit operator LayerMask(int intVal) => new LayerMask { _value = intVal };
    }
}
