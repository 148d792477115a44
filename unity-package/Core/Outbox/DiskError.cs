#nullable enable
using System;
using System.IO;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Outbox
{
    /// <summary>Gives failures of the file system the codes that the daemon uses too.</summary>
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
                        "Free some space on that disk, then go on with the capture.", path, error);
            }
            if (error is UnauthorizedAccessException)
                return new LoraBridgeException("input.file.denied", $"Access was refused: {error.Message}",
                    "Check who may read and write that path.", path, error);
            return new LoraBridgeException("internal", $"{path} could not be read or written: {error.Message}", file: path, cause: error);
        }

        /// <summary>Whether it is an error that <see cref="Name"/> is for.</summary>
        public static bool IsOne(Exception error) => error is IOException || error is UnauthorizedAccessException;
    }
}
