namespace LoraBridge.Editor.Bridge
{
    /// <summary>A preview sheet of a training.</summary>
    public sealed class Preview
    {
        /// <summary>Steps done when it was painted; 0 is the base model.</summary>
        public int Step { get; }

        /// <summary>What it was painted for.</summary>
        public string Prompt { get; }

        /// <summary>The picture file, a JPEG.</summary>
        public byte[] Picture { get; }

        internal Preview(int step, string prompt, byte[] picture)
        {
            Step = step;
            Prompt = prompt;
            Picture = picture;
        }
    }
}
