using System;
using System.Diagnostics;
using System.IO;
using NUnit.Framework;

namespace LoraBridge.EndToEnd
{
    /// <summary>Obstacles are reported, and no shot is lost once they are removed.</summary>
    public class ObstacleTests : EndToEndTests
    {
        [Test]
        public void AWrongTokenIsReportedAndTheShotsWait()
        {
            using var daemon = new DaemonProcess(Home);
            string address = (string)DaemonProcess.Descriptor(Home)["url"], token = (string)DaemonProcess.Descriptor(Home)["token"];
            using var editor = new UnityApp(new EditorSetup { Project = Project(), Address = address, Token = "wrong" });
            editor.Program.Press(Capture);
            editor.Until(view => !view.IsCapturing && view.Waiting == 15, "all shots are taken and wait");
            editor.Until(view => view.Connection.Contains("token"), "the window says why");
            using (var query = new DaemonQuery(Home)) Assert.That(query.Shots("Godette"), Is.Empty);
            editor.Program.SetToken(token);
            editor.Until(IsSent, "all shots are sent");
            AssertAllAreThere("Godette");
        }

        [Test]
        public void ADaemonOfAnotherVersionIsReportedAndTheShotsWait()
        {
            using var editor = new UnityApp(new EditorSetup { Project = Project() });
            using (DaemonProcess.Newer(Home))
            {
                editor.Program.Press(Capture);
                editor.Until(view => !view.IsCapturing && view.Waiting == 15, "all shots are taken and wait");
                editor.Until(view => view.Connection.Contains("protocol 2"), "the window says why");
            }
            using var daemon = new DaemonProcess(Home);
            editor.Until(IsSent, "all shots are sent");
            AssertAllAreThere("Godette");
        }

        [Test]
        public void AFullDiskStopsTheCaptureAndLosesNone()
        {
            string project = Project(), library = Path.Combine(project, "Library");
            Directory.CreateDirectory(library);
            if (Run("mount", $"-t tmpfs -o size=8m tmpfs \"{library}\"") != 0) Assert.Ignore("not run: only root may mount a small disk");
            try
            {
                using var daemon = new DaemonProcess(Home);
                using var editor = new UnityApp(new EditorSetup { Project = project });
                editor.Program.Press(Capture);
                editor.Until(view => view.Taken >= 3, "three shots are taken");
                // What the daemon acknowledges makes room; it must be slow now.
                daemon.Pause();
                string filler = Path.Combine(library, "filler");
                Fill(filler);
                editor.Until(view => !view.IsCapturing, "the capture stops");
                Assert.That(editor.Program.Look().Status, Does.Contain("space").IgnoreCase);
                daemon.Resume();
                editor.Until(view => view.Waiting == 0, "what was taken is sent");
                using (var query = new DaemonQuery(Home)) Assert.That(query.Shots("Godette"), Has.Count.InRange(3, 14));
                File.Delete(filler);
                editor.Program.Press(Capture);
                editor.Until(IsSent, "all shots are sent");
                AssertAllAreThere("Godette");
            }
            finally
            {
                Run("umount", $"\"{library}\"");
            }
        }

        static void Fill(string file)
        {
            using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, 1);
            foreach (int size in new[] { 1 << 16, 1 << 10 })
                try
                {
                    for (var block = new byte[size]; ; ) stream.Write(block, 0, size);
                }
                catch (IOException)
                {
                    // Full, but for smaller pieces.
                }
        }

        static int Run(string program, string arguments)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true });
                process.WaitForExit();
                return process.ExitCode;
            }
            catch (Exception error) when (error is System.ComponentModel.Win32Exception)
            {
                return -1;
            }
        }
    }
}
