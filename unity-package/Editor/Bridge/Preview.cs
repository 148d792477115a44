#nullable enable
namespace LoraBridge.Editor.Bridge
{
    /// <summary>A preview sheet of a training.</summary>
    public sealed class Preview
    {
        /// <summary>Steps done when it was generated; 0 is the base model.</summary>
        public int Step { get; }

        /// <summary>Its prompt.</summary>
        public string Prompt { get; }

        /// <summary>The JPEG file.</summary>
        public byte[] Picture { get; }

        internal Preview(int step, string prompt, byte[] picture)
        {
            Step = step;
            Prompt = prompt;
            Picture = picture;
        }
    }
}
