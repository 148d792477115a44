#nullable enable
using System;
using System.Collections.Generic;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Daemon
{
    /// <summary>What a button next to an error does.</summary>
    public enum ErrorAction
    {
        /// <summary>Choose the Node.js executable.</summary>
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

    /// <summary>Which actions are offered for an error, the likeliest to help first.</summary>
    public static class ErrorActions
    {
        static readonly IReadOnlyDictionary<string, ErrorAction[]> ByCode = new Dictionary<string, ErrorAction[]>
        {
            ["resource.node.missing"] = new[] { ErrorAction.ChooseNode },
            ["resource.package.missing"] = new[] { ErrorAction.ChoosePackage, ErrorAction.OpenSettings },
            ["state.access.denied"] = new[] { ErrorAction.OpenSettings },
            ["input.option.invalid"] = new[] { ErrorAction.OpenSettings },
            ["input.file.denied"] = new[] { ErrorAction.OpenSettings },
            ["state.daemon.absent"] = new[] { ErrorAction.StartDaemon, ErrorAction.OpenSettings },
        };

        /// <summary>Those for an error; copying it is always possible.</summary>
        public static IReadOnlyList<ErrorAction> For(LoraBridgeException error)
        {
            var actions = new List<ErrorAction>();
            if (ByCode.TryGetValue(error.Code, out var ofCode)) actions.AddRange(ofCode);
            if (error.File is string file && file.EndsWith(".log", StringComparison.Ordinal)) actions.Add(ErrorAction.CopyLog);
            actions.Add(ErrorAction.CopyError);
            return actions;
        }
    }
}
