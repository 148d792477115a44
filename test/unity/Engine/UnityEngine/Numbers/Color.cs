namespace UnityEngine
{
    public struct Color
    {
        public float r;
        public float g;
        public float b;
        public float a;

        public Color(float r, float g, float b, float a)
        {
            this.r = r;
            this.g = g;
            this.b = b;
            this.a = a;
        }

        public Color(float r, float g, float b) : this(r, g, b, 1) {}

        public static Color clear => new Color(0, 0, 0, 0);
        public static Color white => new Color(1, 1, 1, 1);
        public override string ToString() => $"RGBA({r}, {g}, {b}, {a})";
    }
}
