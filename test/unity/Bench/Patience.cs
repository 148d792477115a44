using System;
using System.Diagnostics;
using System.Threading;
using LoraBridge.Core.Connection;

namespace LoraBridge.Bench
{
    /// <summary>Waits for the client as an editor does: by its updates.</summary>
    static class Patience
    {
        public static void Wait(DaemonClient client, Func<bool> condition)
        {
            for (var time = Stopwatch.StartNew(); !condition(); Thread.Sleep(1))
            {
                client.Drain();
                if (time.Elapsed > TimeSpan.FromMinutes(5)) throw new TimeoutException("The daemon or the client hangs.");
            }
        }
    }
}
