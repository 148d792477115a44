#nullable enable
using System.IO;
using System.Text;

namespace LoraBridge.Core.Daemon
{
    /// <summary>The part of the start log that one daemon has written; all daemons append to the same file.</summary>
    internal sealed class StartLog
    {
        readonly long _begin;

        public string File { get; }

        public StartLog(string file)
        {
            File = file;
            _begin = System.IO.File.Exists(file) ? new FileInfo(file).Length : 0;
        }

        /// <summary>What was added since this object was made; empty when there is no file.</summary>
        public string Read()
        {
            try
            {
                using var stream = new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                stream.Seek(_begin, SeekOrigin.Begin);
                using var reader = new StreamReader(stream, Encoding.UTF8);
                return reader.ReadToEnd();
            }
            catch (IOException)
            {
                return "";
            }
        }
    }
}
