#nullable enable
using System;
using System.Collections.Generic;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Daemon
{
    /// <summary>What a button beside an error may do about it.</summary>
    public enum Remedy
    {
        /// <summary>Choose the program of Node.js.</summary>
        ChooseNode,
        /// <summary>Choose the folder of lora-bridge.</summary>
        ChoosePackage,
        /// <summary>Open the project's settings.</summary>
        OpenSettings,
        /// <summary>Find or start the daemon again.</summary>
        StartDaemon,
        /// <summary>Copy the log that the error names.</summary>
        CopyLog,
        /// <summary>Copy the error as it is, for a report.</summary>
        CopyError,
    }

    /// <summary>Which remedies there are for an error, the likeliest first.</summary>
    public static class Remedies
    {
        /// <summary>Those for an error; copying it is always possible.</summary>
        public static IReadOnlyList<Remedy> For(LoraBridgeException error)
        {
            var remedies = new List<Remedy>();
            switch (error.Code)
            {
                case "resource.node.missing":
                    remedies.Add(Remedy.ChooseNode);
                    break;
                case "resource.package.missing":
                    remedies.Add(Remedy.ChoosePackage);
                    remedies.Add(Remedy.OpenSettings);
                    break;
                case "state.access.denied":
                case "input.option.invalid":
                case "input.file.denied":
                    remedies.Add(Remedy.OpenSettings);
                    break;
                case "state.daemon.absent":
                    remedies.Add(Remedy.StartDaemon);
                    remedies.Add(Remedy.OpenSettings);
                    break;
            }
            if (error.File is string file && file.EndsWith(".log", StringComparison.Ordinal)) remedies.Add(Remedy.CopyLog);
            remedies.Add(Remedy.CopyError);
            return remedies;
        }
    }
}
