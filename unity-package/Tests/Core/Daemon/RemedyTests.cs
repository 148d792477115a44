using LoraBridge.Core.Daemon;
using LoraBridge.Core.Protocol;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Daemon
{
    public class RemedyTests
    {
        [TestCase("resource.node.missing", null, Remedy.ChooseNode, Remedy.CopyError)]
        [TestCase("resource.package.missing", "/x", Remedy.ChoosePackage, Remedy.OpenSettings, Remedy.CopyError)]
        [TestCase("state.access.denied", null, Remedy.OpenSettings, Remedy.CopyError)]
        [TestCase("state.daemon.absent", "/home/logs/start.log", Remedy.StartDaemon, Remedy.OpenSettings, Remedy.CopyLog, Remedy.CopyError)]
        [TestCase("trainer.diverged", null, Remedy.CopyError)]
        public void EveryErrorHasItsButtons(string code, string file, params Remedy[] remedies)
          => Assert.That(Remedies.For(new LoraBridgeException(code, "what", "hint", file)), Is.EqualTo(remedies));

        [Test]
        public void WhatIsMissingOfAnInstallationIsToldSeparately()
        {
            var missing = Installation.Find(new DaemonSettings { Node = "/nowhere/node", Program = "/nowhere/lora-bridge" }).Result;
            Assert.That((missing.IsComplete, missing.NodeFault.Code, missing.ProgramFault.Code),
                Is.EqualTo((false, "resource.node.missing", "resource.package.missing")));
            var found = Installation.Find(new DaemonSettings { Program = Connection.RealDaemon.EntryPoint }).Result;
            Assert.That((found.IsComplete, found.Program), Is.EqualTo((true, Connection.RealDaemon.EntryPoint)));
            Assert.That(found.Node, Does.Match(@"node \(\d+\.\d+\.\d+\)$"));
        }
    }
}
