#nullable enable
using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Threading;

namespace LoraBridge.Core.Daemon
{
    /// <summary>Runs a program to find something in what it prints.</summary>
    internal static class ProgramOutput
    {
        /// <summary>
        /// The first line of its output that matches; null when none does, the program does not run, or it takes longer than
        /// <paramref name="timeout"/>. Blocks until then.
        /// </summary>
        public static string? FindLine(string program, string arguments, Func<string, bool> isMatch, TimeSpan timeout)
        {
            using var process = new Process
            {
                StartInfo = new ProcessStartInfo(program, arguments)
                {
                    UseShellExecute = false,
                    CreateNoWindow = true,
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                },
            };
            string? match = null;
            using var isOver = new ManualResetEventSlim();
            void Receive(string? line)
            {
                if (match != null) return;
                if (line != null && isMatch(line)) match = line;
                // A null line is the end of the output.
                if (line == null || match != null) SetSafely(isOver);
            }
            process.OutputDataReceived += (_, e) => Receive(e.Data);
            process.ErrorDataReceived += (_, __) => {};
            try
            {
                process.Start();
            }
            catch (Exception error) when (error is Win32Exception || error is InvalidOperationException)
            {
                return null;
            }
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            // A program that prompts for input reads end-of-file instead of waiting.
            process.StandardInput.Close();
            isOver.Wait(timeout);
            End(process);
            return match;
        }

        static void SetSafely(ManualResetEventSlim signal)
        {
            try
            {
                signal.Set();
            }
            catch (ObjectDisposedException)
            {
                // The wait has timed out.
            }
        }

        static void End(Process process)
        {
            try
            {
                if (!process.WaitForExit(100)) process.Kill();
            }
            catch (Exception error) when (error is InvalidOperationException || error is Win32Exception)
            {
                // It has already exited.
            }
        }
    }
}
