namespace UnityEngine
{
    public partial class Material : Object
    {
        internal Material() {}
    }
}
