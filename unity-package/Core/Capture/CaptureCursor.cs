#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Plan;
using Newtonsoft.Json;
using Newtonsoft.Json.Converters;

namespace LoraBridge.Core.Capture
{
    /// <summary>
    /// How far a capture has got, and all that is needed to resume it after a domain reload or after the editor was killed. Shots
    /// before <see cref="Next"/> are safe in the sink.
    /// </summary>
    public sealed class CaptureCursor
    {
        /// <summary>Identifies the capture, so that shots taken again after an interruption are recognized as the same.</summary>
        public Guid Id { get; }

        /// <summary>Name of the character, as the protocol has it: see <see cref="CharacterName"/>.</summary>
        public string Character { get; }

        /// <summary>What <see cref="IStage.Load"/> is given to find the character.</summary>
        public string Subject { get; }

        /// <summary>The plan. It is the capture's own and must not change.</summary>
        public CapturePlan Plan { get; }

        /// <summary>Index of the first shot that is not safe yet.</summary>
        public int Next { get; }

        /// <summary>Indices of shots that the user has chosen to skip.</summary>
        public IReadOnlyList<int> Skipped { get; }

        [JsonConstructor]
        CaptureCursor(Guid id, string character, string subject, CapturePlan plan, int next, IReadOnlyList<int>? skipped = null)
        {
            Skipped = skipped ?? Array.Empty<int>();
            Id = id;
            Character = character;
            Subject = subject;
            Plan = plan;
            Next = next;
        }

        /// <summary>The beginning of a capture; the plan is copied.</summary>
        public static CaptureCursor Begin(string character, string subject, CapturePlan plan) =>
            new CaptureCursor(Guid.NewGuid(), character, subject, JsonConvert.DeserializeObject<CapturePlan>(Write(plan), Settings)!, 0);

        /// <summary>Whether both capture the same character with the same plan.</summary>
        public bool IsOfSame(CaptureCursor other) =>
            Character == other.Character && Subject == other.Subject && Write(Plan) == Write(other.Plan);

        /// <summary>The same capture at another shot.</summary>
        internal CaptureCursor At(int next) => new CaptureCursor(Id, Character, Subject, Plan, FirstUnskipped(next), Skipped);

        /// <summary>The same capture without a shot.</summary>
        public CaptureCursor Without(int shot)
        {
            var without = new CaptureCursor(Id, Character, Subject, Plan, Next, Skipped.Append(shot).ToList());
            return without.At(Next);
        }

        /// <summary>The first shot from this one on that is not skipped.</summary>
        internal int FirstUnskipped(int shot)
        {
            while (Skipped.Contains(shot)) shot++;
            return shot;
        }

        /// <summary>The cursor as one line of JSON.</summary>
        public string ToJson() => Write(this);

        /// <summary>The cursor in a text that <see cref="ToJson"/> wrote, or null where it is not valid: such a capture is not resumed.</summary>
        public static CaptureCursor? Parse(string json)
        {
            try
            {
                var cursor = JsonConvert.DeserializeObject<CaptureCursor>(json, Settings);
                var isWhole = cursor != null && cursor.Id != Guid.Empty && cursor.Character != null && cursor.Subject != null && cursor.Plan != null && cursor.Next >= 0;
                return isWhole ? cursor : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }

        static string Write(object value) => JsonConvert.SerializeObject(value, Settings);

        static readonly JsonSerializerSettings Settings = new JsonSerializerSettings
        {
            // Explicit settings: a project may have changed Json.NET's defaults.
            ObjectCreationHandling = ObjectCreationHandling.Replace,
            Converters = { new StringEnumConverter() },
        };
    }
}
