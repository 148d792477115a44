namespace UnityEngine
{
    public struct Bounds
    {
        public Bounds(Vector3 center, Vector3 size)
        {
            this.center = center;
            extents = new Vector3(size.x / 2, size.y / 2, size.z / 2);
        }

        public Vector3 center { get; set; }
        public Vector3 extents { get; set; }
    }
}
