using System.Linq;
using NUnit.Framework;

namespace LoraBridge.EndToEnd
{
    /// <summary>What may come between the first shot and the last.</summary>
    public class InterruptionTests : EndToEndTests
    {
        [Test]
        public void ADaemonKilledBetweenTwoShotsLosesNone()
        {
            using var editor = new UnityApp(new EditorSetup { Project = Project() });
            var first = new DaemonProcess(Home);
            editor.Program.Press(Capture);
            editor.Until(view => view.Gallery.Count >= 5, "five shots are taken");
            first.Dispose();
            editor.Until(view => !view.IsCapturing, "all shots are taken without a daemon");
            Assert.That(editor.Program.Look().Waiting, Is.GreaterThan(0));
            using var second = new DaemonProcess(Home);
            editor.Until(IsSent, "all shots are sent");
            AssertAllAreThere("Godette");
        }

        [Test]
        public void ADomainReloadInMidCaptureLosesAndDoublesNone()
        {
            using var daemon = new DaemonProcess(Home);
            using var editor = new UnityApp(new EditorSetup { Project = Project() });
            editor.Program.Press(Capture);
            for (int taken = 4; taken <= 8; taken += 4)
            {
                editor.Until(view => view.Taken >= taken, $"{taken} shots are taken");
                editor.LeaveAShotUncounted();
                editor.Reload();
                Assert.That(editor.Program.Look().IsCapturing, "it resumes by itself");
            }
            editor.Until(view => !view.IsCapturing && view.Waiting == 0, "all shots are sent");
            AssertAllAreThere("Godette");
        }

        [Test]
        public void AReloadBeforeAllIsSentStillLeadsToTraining()
        {
            using var daemon = new DaemonProcess(Home);
            using var editor = new UnityApp(new EditorSetup { Project = Project(), Steps = 1 });
            editor.Program.Press("Tools/LoRA Bridge/Capture and train selection");
            editor.Until(view => view.Taken >= 3, "three shots are taken");
            daemon.Pause();
            editor.Until(view => !view.IsCapturing, "all shots are taken");
            Assert.That(editor.Program.Look().Waiting, Is.GreaterThan(0));
            editor.Reload();
            daemon.Resume();
            editor.Until(view => view.Waiting == 0 && view.TrainingState.Length > 0, "the training is with the daemon");
            AssertAllAreThere("Godette");
        }

        [Test]
        public void AKilledEditorGoesOnWhenItIsOpenedAgain()
        {
            using var daemon = new DaemonProcess(Home);
            using var editor = new UnityApp(new EditorSetup { Project = Project() });
            editor.Program.Press(Capture);
            editor.Until(view => view.Taken >= 6, "six shots are taken");
            editor.LeaveAShotUncounted();
            editor.KillAndRestart();
            editor.Until(view => !view.IsCapturing && view.Waiting == 0, "all shots are sent");
            AssertAllAreThere("Godette");
        }

        [Test]
        public void TwoEditorsAtOnceShareOneDaemon()
        {
            using var one = new UnityApp(new EditorSetup { Project = Project("one"), Name = "Godette" });
            using var two = new UnityApp(new EditorSetup { Project = Project("two"), Name = "Mina" });
            one.Program.Press(Capture);
            two.Program.Press(Capture);
            one.Until(IsSent, "the first has sent all shots", two);
            two.Until(IsSent, "the second has sent all shots", one);
            AssertAllAreThere("Godette");
            AssertAllAreThere("Mina");
            Assert.That(DaemonProcess.On(Home), Has.Count.EqualTo(1));
        }
    }
}
