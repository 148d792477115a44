using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using LoraBridge.Core.Connection;
using LoraBridge.Core.Outbox;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Tests.Connection
{
    /// <summary>A client as the editor uses it: with an outbox, drained regularly; it records all events.</summary>
    public sealed class TestEditor : IDisposable
    {
        public DaemonClient Client { get; }
        public ShotOutbox Outbox { get; }

        public List<DurableEvent> Events { get; } = new List<DurableEvent>();
        public List<ShotAck> Acks { get; } = new List<ShotAck>();
        public List<(ShotRefused shot, bool stays)> Refusals { get; } = new List<(ShotRefused, bool)>();
        public List<bool> Connections { get; } = new List<bool>();
        public List<LoraBridgeException> Errors { get; } = new List<LoraBridgeException>();

        public TestEditor(DaemonEndpoint endpoint, string outbox, Resume resume = null)
        {
            Outbox = new ShotOutbox(outbox);
            Client = new DaemonClient(endpoint, "test", "1", Outbox, resume);
            Client.EventReceived += Events.Add;
            Client.ShotAcknowledged += Acks.Add;
            Client.ShotDeclined += (shot, stays) => Refusals.Add((shot, stays));
            Client.Connected += (hello, complete) => Connections.Add(complete);
            Client.Disconnected += Errors.Add;
            Client.Start();
        }

        /// <summary>Does what an editor does between its frames, until the condition is met.</summary>
        public void Until(Func<bool> condition, string what) => Wait.Until(() =>
        {
            Client.Drain();
            return condition();
        }, what);

        /// <summary>Waits for the answer to a request.</summary>
        public TAnswer Ask<TAnswer>(ClientRequest<TAnswer> request) where TAnswer : AnswerMessage
        {
            var answer = Client.Request(request);
            Until(() => answer.IsCompleted, $"{request.GetType().Name} is answered");
            return answer.GetAwaiter().GetResult();
        }

        public void Dispose() => Client.Dispose();
    }
}
