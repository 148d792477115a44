#nullable enable
using System;
using System.Text;

namespace LoraBridge.Core.Protocol
{
    /// <summary>What a binary frame holds.</summary>
    public enum FrameKind
    {
        /// <summary>A shot, sent to the daemon.</summary>
        Shot = 1,
        /// <summary>A preview, sent to the client.</summary>
        Preview = 2,
    }

    /// <summary>
    /// A decoded binary frame: u8 version, u8 kind, u32 big-endian length of the metadata, the metadata as JSON in UTF-8, and bytes.
    /// </summary>
    public sealed class Frame
    {
        const byte Version = 1;
        const int HeadLength = 6;

        /// <summary>Most bytes of the metadata.</summary>
        public const int MaxMetadataBytes = 64 << 10;

        /// <summary>Most bytes of a frame before its image.</summary>
        internal const int MaxHeadBytes = HeadLength + MaxMetadataBytes;

        static readonly UTF8Encoding StrictUtf8 = new UTF8Encoding(false, true);

        /// <summary>What the frame holds.</summary>
        public FrameKind Kind { get; }

        /// <summary>The image file: a slice of the frame, not a copy.</summary>
        public ArraySegment<byte> Bytes { get; }

        readonly JsonValue _metadata;

        Frame(FrameKind kind, JsonValue metadata, ArraySegment<byte> bytes)
        {
            Kind = kind;
            _metadata = metadata;
            Bytes = bytes;
        }

        /// <summary>The metadata of a shot. Throws <c>input.message.invalid</c> when they break a rule.</summary>
        public ShotMetadata ReadShot() => ShotMetadata.Read(_metadata);

        /// <summary>The metadata of a preview. Throws <c>input.message.invalid</c> when they break a rule.</summary>
        public PreviewMetadata ReadPreview() => PreviewMetadata.Read(_metadata);

        /// <summary>The frame's part before its bytes.</summary>
        public static byte[] EncodeHead(ShotMetadata metadata) => EncodeHead(FrameKind.Shot, metadata);

        /// <summary>The frame's part before its bytes.</summary>
        public static byte[] EncodeHead(PreviewMetadata metadata) => EncodeHead(FrameKind.Preview, metadata);

        static byte[] EncodeHead(FrameKind kind, ProtocolObject metadata)
        {
            var json = metadata.ToUtf8();
            var head = new byte[HeadLength + json.Length];
            head[0] = Version;
            head[1] = (byte)kind;
            for (var i = 0; i < 4; i++) head[2 + i] = (byte)(json.Length >> 8 * (3 - i));
            json.CopyTo(head, HeadLength);
            return head;
        }

        /// <summary>Decodes a frame. Throws <c>protocol.frame.malformed</c> when its head is wrong or its metadata is not JSON.</summary>
        public static Frame Open(ArraySegment<byte> frame)
        {
            if (frame.Count < HeadLength) throw Malformed("it is shorter than its head of 6 bytes");
            var (head, start) = (frame.Array!, frame.Offset);
            if (head[start] != Version) throw Malformed($"its version is {head[start]}, not {Version}");
            var kind = (FrameKind)head[start + 1];
            if (!Enum.IsDefined(typeof(FrameKind), kind)) throw Malformed($"its kind {head[start + 1]} is unknown");
            var length = 0L;
            for (var i = 0; i < 4; i++) length = length << 8 | head[start + 2 + i];
            if (length > MaxMetadataBytes) throw Malformed($"its metadata of {length} bytes are over {MaxMetadataBytes}");
            var end = HeadLength + (int)length;
            if (end > frame.Count) throw Malformed("it ends within its metadata");
            var metadata = ReadText(head, start + HeadLength, (int)length);
            return new Frame(kind, JsonValue.Parse(metadata), new ArraySegment<byte>(head, start + end, frame.Count - end));
        }

        static string ReadText(byte[] bytes, int start, int length)
        {
            try
            {
                var text = StrictUtf8.GetString(bytes, start, length);
                // A byte order mark is no part of the text.
                return text.Length > 0 && text[0] == '\uFEFF' ? text.Substring(1) : text;
            }
            catch (DecoderFallbackException error)
            {
                throw Malformed("its metadata is not UTF-8", error);
            }
        }

        static LoraBridgeException Malformed(string what, Exception? cause = null)
            => new LoraBridgeException("protocol.frame.malformed", $"A binary frame is malformed: {what}.", cause: cause);
    }
}
