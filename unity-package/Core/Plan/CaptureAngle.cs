#nullable enable
using System;
using System.Globalization;
using Newtonsoft.Json;

namespace LoraBridge.Core.Plan
{
    /// <summary>The direction from which the camera looks at the character.</summary>
    public readonly struct CaptureAngle : IEquatable<CaptureAngle>
    {
        /// <summary>Degrees around the character: 0 is from the front, 90 from its left.</summary>
        public float Yaw { get; }

        /// <summary>Degrees above the horizon that the camera stands, −90 to 90.</summary>
        public float Pitch { get; }

        /// <summary>Makes an angle of degrees.</summary>
        [JsonConstructor]
        public CaptureAngle(float yaw, float pitch = 0)
        {
            Yaw = yaw;
            Pitch = pitch;
        }

        /// <summary><c>yaw40</c>, or <c>yaw-40_pitch20</c> where the camera is not level.</summary>
        [JsonIgnore]
        public string Name => Pitch == 0 ? "yaw" + Degrees(Yaw) : "yaw" + Degrees(Yaw) + "_pitch" + Degrees(Pitch);

        static string Degrees(float value) => value.ToString("0.###", CultureInfo.InvariantCulture);

        /// <inheritdoc/>
        public bool Equals(CaptureAngle other) => Yaw.Equals(other.Yaw) && Pitch.Equals(other.Pitch);

        /// <inheritdoc/>
        public override bool Equals(object? other) => other is CaptureAngle angle && Equals(angle);

        /// <inheritdoc/>
        public override int GetHashCode() => Yaw.GetHashCode() * 397 ^ Pitch.GetHashCode();

        /// <inheritdoc/>
        public override string ToString() => Name;
    }
}
