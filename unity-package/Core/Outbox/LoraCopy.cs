#nullable enable
using System;
using System.IO;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Outbox
{
    /// <summary>Puts a trained file where another program looks for it.</summary>
    public static class LoraCopy
    {
        /// <summary>
        /// Copies a file into a folder as <c>NAME.safetensors</c>, in place of one of that name; a program that reads it meanwhile sees the
        /// old or the new one, never a half. Returns its path. Throws <c>resource.disk.full</c>, <c>input.file.denied</c>, <c>internal</c>.
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
