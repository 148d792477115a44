#nullable enable
using System;
using System.IO;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Outbox
{
    /// <summary>Copies a trained file into another program's folder.</summary>
    public static class LoraCopy
    {
        /// <summary>
        /// Copies a file into a folder as <c>NAME.safetensors</c>, replacing one of that name; a program that reads it at the same time sees the
        /// old or the new one, never a partial file. Returns its path. Throws <c>resource.disk.full</c>, <c>input.file.denied</c>, <c>internal</c>.
        /// </summary>
        public static string To(string file, string folder, string name)
        {
            var target = Path.Combine(folder, name + ".safetensors");
            var part = target + ".part";
            try
            {
                File.Copy(file, part, true);
                if (File.Exists(target)) File.Replace(part, target, null);
                else File.Move(part, target);
                return target;
            }
            catch (Exception error) when (DiskError.IsOne(error))
            {
                throw DiskError.Name(error, target);
            }
        }
    }
}
