#nullable enable
using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Threading;

namespace LoraBridge.Core.Daemon
{
    /// <summary>Asks a program something by running it.</summary>
    internal static class Question
    {
        /// <summary>
        /// The first line of its output that is an answer; null when it gives none, does not run, or takes longer than
        /// <paramref name="patience"/>. Waits.
        /// </summary>
        public static string? Ask(string program, string arguments, Func<string, bool> isAnswer, TimeSpan patience)
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
            string? answer = null;
            using var isOver = new ManualResetEventSlim();
            void Hear(string? line)
            {
                if (answer != null) return;
                if (line != null && isAnswer(line)) answer = line;
                // No line at all is the end of the output.
                if (line == null || answer != null) SetSafely(isOver);
            }
            process.OutputDataReceived += (_, e) => Hear(e.Data);
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
            // Whatever asks something gets no answer, rather than waiting for one.
            process.StandardInput.Close();
            isOver.Wait(patience);
            End(process);
            return answer;
        }

        static void SetSafely(ManualResetEventSlim happening)
        {
            try
            {
                happening.Set();
            }
            catch (ObjectDisposedException)
            {
                // Nobody waits any longer.
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
                // It has ended by itself.
            }
        }
    }
}
