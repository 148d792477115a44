using System;
using System.Diagnostics;
using System.Threading;
using LoraBridge.Core.Connection;

namespace LoraBridge.Bench
{
    /// <summary>Waits for a client the way an editor does, by draining it with every update.</summary>
    static class ClientWait
    {
        public static void WaitFor(this DaemonClient client, Func<bool> condition)
        {
            for (var time = Stopwatch.StartNew(); !condition(); Thread.Sleep(1))
            {
                client.Drain();
                if (time.Elapsed > TimeSpan.FromMinutes(5)) throw new TimeoutException("The daemon or the client hangs.");
            }
        }
    }
}
