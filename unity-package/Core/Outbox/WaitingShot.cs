#nullable enable
using System;

namespace LoraBridge.Core.Outbox
{
    /// <summary>A shot in the outbox, without the contents of its file.</summary>
    public sealed class WaitingShot
    {
        /// <summary>The shot's id.</summary>
        public string Id { get; }

        internal string File { get; }
        internal long Number { get; }
        internal long Length { get; }

        /// <summary>When it may be sent again, after the daemon had no room for it.</summary>
        internal DateTime NotBefore { get; set; }

        /// <summary>How often the daemon has rejected its bytes.</summary>
        internal int Refusals { get; set; }

        internal WaitingShot(string id, string file, long number, long length)
        {
            Id = id;
            File = file;
            Number = number;
            Length = length;
        }
    }
}
