using System;
using System.IO;
using LoraBridge.Core.Connection;
using LoraBridge.Editor.Settings;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>Which daemon the settings mean.</summary>
    static class Daemons
    {
        /// <summary>The daemon of the settings' address or descriptor, else of this computer.</summary>
        public static DaemonEndpoint Endpoint()
        {
            var settings = BridgeSettings.instance;
            if (settings.Address.Length > 0) return DaemonEndpoint.At(settings.Address, settings.Token);
            var home = Environment.GetEnvironmentVariable("LORA_BRIDGE_HOME") ?? "";
            return DaemonEndpoint.FromFile(settings.Descriptor.Length > 0 ? settings.Descriptor : Path.Combine(home, "daemon.json"));
        }

        public static void EnsureRunning() {}
    }
}
