using System.Collections.Generic;
using LoraBridge.Core.Connection;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Connection
{
    public class InboxTests
    {
        readonly List<string> _told = new List<string>();
        Inbox _inbox;

        [SetUp]
        public void SetUp()
        {
            _inbox = new Inbox();
            _told.Clear();
        }

        void Deliver(string what) => _told.Add(what);

        [Test]
        public void OfProgressTheLatestIsToldAndNeverAfterTheEnd()
        {
            _inbox.Coalesce("job", () => Deliver("10 %"));
            _inbox.Coalesce("job", () => Deliver("90 %"));
            _inbox.Coalesce("other", () => Deliver("5 %"));
            _inbox.Add(() => Deliver("end"));
            _inbox.Coalesce("job", () => Deliver("0 %"));
            _inbox.Drain();
            Assert.That(_told, Is.EqualTo(new[] { "90 %", "5 %", "end", "0 %" }));
        }

        [Test]
        public void WhatWasToldIsNotReplaced()
        {
            _inbox.Coalesce("a", () => Deliver("a1"));
            _inbox.Coalesce("b", () => _inbox.Coalesce("a", () => Deliver("a2")));
            _inbox.Drain();
            Assert.That(_told, Is.EqualTo(new[] { "a1" }));
            _inbox.Drain();
            Assert.That(_told, Is.EqualTo(new[] { "a1", "a2" }));
        }

        [Test]
        public void AListenerThatThrowsLosesNothingElse()
        {
            _inbox.Add(() => throw new KeyNotFoundException());
            _inbox.Add(() => Deliver("next"));
            Assert.Throws<KeyNotFoundException>(_inbox.Drain);
            _inbox.Drain();
            Assert.That(_told, Is.EqualTo(new[] { "next" }));
        }

        [Test]
        public void IsFullOnlyUntilItIsDrained()
        {
            for (var i = 0; i < 4096; i++) _inbox.Add(() => {});
            Assert.That(_inbox.IsFull, Is.True);
            _inbox.Drain();
            Assert.That(_inbox.IsFull, Is.False);
        }
    }
}
