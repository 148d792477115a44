using LoraBridge.Core.Daemon;
using LoraBridge.Core.Protocol;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Daemon
{
    public class ErrorActionTests
    {
        [TestCase("resource.node.missing", null, ErrorAction.ChooseNode, ErrorAction.CopyError)]
        [TestCase("resource.package.missing", "/x", ErrorAction.ChoosePackage, ErrorAction.OpenSettings, ErrorAction.CopyError)]
        [TestCase("state.access.denied", null, ErrorAction.OpenSettings, ErrorAction.CopyError)]
        [TestCase("state.daemon.absent", "/home/logs/start.log", ErrorAction.StartDaemon, ErrorAction.OpenSettings, ErrorAction.CopyLog, ErrorAction.CopyError)]
        [TestCase("trainer.diverged", null, ErrorAction.CopyError)]
        public void EveryErrorHasItsButtons(string code, string file, params ErrorAction[] actions)
          => Assert.That(ErrorActions.For(new LoraBridgeException(code, "what", "hint", file)), Is.EqualTo(actions));

        [Test]
        public void WhatIsMissingOfAnInstallationIsReportedSeparately()
        {
            var missing = Installation.Find(new DaemonSettings { Node = "/nowhere/node", Program = "/nowhere/lora-bridge" }).Result;
            Assert.That((missing.IsComplete, missing.NodeError.Code, missing.ProgramError.Code),
                Is.EqualTo((false, "resource.node.missing", "resource.package.missing")));
            var found = Installation.Find(new DaemonSettings { Program = Connection.RealDaemon.EntryPoint }).Result;
            Assert.That((found.IsComplete, found.Program), Is.EqualTo((true, Connection.RealDaemon.EntryPoint)));
            Assert.That(found.Node, Does.Match(@"node \(\d+\.\d+\.\d+\)$"));
        }
    }
}
