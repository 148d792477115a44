#nullable enable
using System;
using System.Collections.Generic;
using System.Threading;
using LoraBridge.Core.Capture;

namespace LoraBridge.Core.Tests.Capture
{
    /// <summary>Keeps shots by their id, as a sink must; can be made to wait and to fail.</summary>
    sealed class MemorySink : IShotSink
    {
        readonly Dictionary<Guid, TakenShot> _shots = new Dictionary<Guid, TakenShot>();

        /// <summary>Every name that was offered, in order.</summary>
        public List<string> Offered { get; } = new List<string>();

        /// <summary>Reset, it holds the background thread in <see cref="Accept"/>.</summary>
        public ManualResetEventSlim Gate { get; } = new ManualResetEventSlim(true);

        /// <summary>Name of the shot that fails.</summary>
        public string? Refuses { get; set; }

        public Exception Refusal { get; set; } = new System.IO.IOException("Disk full");

        public List<TakenShot> Shots
        {
            get { lock (_shots) return new List<TakenShot>(_shots.Values); }
        }

        public void Accept(TakenShot shot)
        {
            Gate.Wait();
            lock (_shots)
            {
                Offered.Add(shot.Planned.Name);
                if (shot.Planned.Name == Refuses) throw Refusal;
                _shots[shot.Id] = shot;
            }
        }
    }
}
