#nullable enable
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace LoraBridge.Core.Protocol
{
    /// <summary>Base of everything in the protocol that is a JSON object.</summary>
    public abstract class ProtocolObject
    {
        internal abstract void Write(JsonFieldWriter fields);

        internal JObject ToJObject()
        {
            var json = new JObject();
            Write(new JsonFieldWriter(json));
            return json;
        }

        /// <summary>The object as JSON, without line breaks. What is null is left out.</summary>
        public string ToJson() => ToJObject().ToString(Formatting.None);

        internal byte[] ToUtf8() => Encoding.UTF8.GetBytes(ToJson());
    }

    /// <summary>A text message from the client.</summary>
    public abstract partial class ClientMessage : ProtocolObject {}

    /// <summary>A message that the daemon answers.</summary>
    public abstract class ClientRequest : ClientMessage
    {
        /// <summary>Chosen by the client; the answer carries it. Unique among pending requests.</summary>
        public string Request { get; set; } = "";
    }

    /// <summary>A request that is answered by <typeparamref name="TAnswer"/> when it is carried out.</summary>
    public abstract class ClientRequest<TAnswer> : ClientRequest where TAnswer : AnswerMessage {}

    /// <summary>A text message from the daemon.</summary>
    public abstract partial class DaemonMessage : ProtocolObject {}

    /// <summary>The answer to a request.</summary>
    public abstract class AnswerMessage : DaemonMessage
    {
        /// <summary>That of the request.</summary>
        public string Request { get; set; } = "";
    }

    /// <summary>An event that the daemon keeps, and sends again to a client that returns.</summary>
    public abstract class DurableEvent : DaemonMessage
    {
        /// <summary>Number of this event. It grows by 1 or more from event to event within an epoch.</summary>
        public long Sequence { get; set; }

        /// <summary>ISO 8601, UTC, to the millisecond.</summary>
        public string Time { get; set; } = "";
    }
}
