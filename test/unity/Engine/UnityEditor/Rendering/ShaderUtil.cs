using DeclaredUnity;

namespace UnityEditor
{
    public sealed partial class ShaderUtil
    {
        static bool _allowAsyncCompilation;

        public static bool anythingCompiling { get; internal set; }

        public static bool allowAsyncCompilation
        {
            get => _allowAsyncCompilation;
            set
            {
                _allowAsyncCompilation = value;
                Calls.Note("ShaderUtil.allowAsyncCompilation");
            }
        }
    }
}
