#nullable enable
using System;
using System.IO;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Outbox
{
    /// <summary>Maps file system errors to the codes that the daemon uses too.</summary>
    internal static class DiskError
    {
        // Windows: ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL as HRESULTs, which Mono uses everywhere.
        const int DiskFull = unchecked((int)0x80070070);
        const int HandleDiskFull = unchecked((int)0x80070027);

        // .NET on Unix gives the bare error number: ENOSPC, EDQUOT on Linux, EDQUOT on macOS.
        const int NoSpace = 28, LinuxQuota = 122, MacQuota = 69;

        public static LoraBridgeException Name(Exception error, string path)
        {
            switch (error.HResult)
            {
                case DiskFull:
                case HandleDiskFull:
                case NoSpace:
                case LinuxQuota:
                case MacQuota:
                    return new LoraBridgeException("resource.disk.full", $"The disk is full: {path} could not be written.",
                        "Free some space on that disk, then resume the capture.", path, error);
            }
            if (error is UnauthorizedAccessException)
                return new LoraBridgeException("input.file.denied", $"Access was refused: {error.Message}",
                    "Check the permissions of that path.", path, error);
            return new LoraBridgeException("internal", $"{path} could not be read or written: {error.Message}", file: path, cause: error);
        }

        /// <summary>Whether <see cref="Name"/> handles the error.</summary>
        public static bool IsOne(Exception error) => error is IOException || error is UnauthorizedAccessException;
    }
}
