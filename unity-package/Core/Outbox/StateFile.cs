#nullable enable
using System;
using System.IO;
using System.Text;
using System.Threading;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Outbox
{
    /// <summary>
    /// A small text file that is either complete or absent, even after a power cut. A program that locks it for a moment, such as a virus
    /// scanner, is waited for.
    /// </summary>
    public sealed class StateFile
    {
        // On the main thread: short, but long enough for a scanner to finish. 310 ms in total.
        static readonly int[] Pauses = { 10, 20, 40, 80, 160 };

        readonly string _path;

        /// <summary>The file at a path; its folder is created on the first write.</summary>
        public StateFile(string path) => _path = path;

        /// <summary>
        /// Its text, or null if it does not exist. Throws <c>input.file.denied</c> and <c>internal</c> when it cannot be read.
        /// </summary>
        public string? Read() => WithRetries(() => File.Exists(_path) ? File.ReadAllText(_path) : null);

        /// <summary>Replaces the text. Throws <c>resource.disk.full</c>, <c>input.file.denied</c>, <c>internal</c>.</summary>
        public void Write(string text) => WithRetries(() =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            var next = _path + ".new";
            using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write))
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                stream.Write(bytes, 0, bytes.Length);
                // Otherwise the renaming may reach the disk before the text, and a power cut leaves a file of zeros.
                stream.Flush(true);
            }
            if (File.Exists(_path)) File.Replace(next, _path, null);
            else File.Move(next, _path);
            return true;
        });

        /// <summary>Deletes it. Throws <c>input.file.denied</c>, <c>internal</c>.</summary>
        public void Delete() => WithRetries(() =>
        {
            if (File.Exists(_path)) File.Delete(_path);
            return true;
        });

        /// <summary>Renames it to <c>*.damaged</c>. Returns its new path.</summary>
        public string SetAside() => WithRetries(() =>
        {
            var aside = _path + ".damaged";
            File.Delete(aside);
            File.Move(_path, aside);
            return aside;
        });

        T WithRetries<T>(Func<T> work)
        {
            for (var tries = 0; ; tries++)
            {
                try
                {
                    return work();
                }
                catch (Exception error) when (DiskError.IsOne(error))
                {
                    var named = DiskError.Name(error, _path);
                    if (tries == Pauses.Length || named.Code == "resource.disk.full") throw named;
                    Thread.Sleep(Pauses[tries]);
                }
            }
        }
    }
}
