#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Capture;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>Measures the posed clone: baked vertices, head and hands.</summary>
    sealed class BodyScan
    {
        // A head without weighted vertices: its position is known from the bone, its size is guessed from the body's height.
        const float GuessConfidence = 0.3f;
        const float HeadsPerBody = 7;

        readonly BodyParts _parts;
        readonly BodySurface[] _surfaces;
        readonly Mesh _scratch;

        /// <summary>Whether there is a head.</summary>
        public bool HasHead => _parts.All.Any(part => part.Name == StageRegion.Head);

        public BodyScan(CharacterClone clone, CleanUp cleanUp)
        {
            _parts = new BodyParts(clone);
            _surfaces = clone.Renderers.Select(renderer => new BodySurface(renderer, _parts)).ToArray();
            _scratch = new Mesh();
            cleanUp.Add(() => Object.DestroyImmediate(_scratch));
            _scratch.hideFlags = HideFlags.HideAndDontSave;
        }

        public PosedCharacter Measure()
        {
            var all = new List<System.Numerics.Vector3>();
            var found = new Dictionary<BodyParts.Part, List<System.Numerics.Vector3>>();
            foreach (var surface in _surfaces) surface.AddTo(all, found, _scratch);
            var regions = _parts.All
                .Select(part => found.TryGetValue(part, out var points)
                    ? new StageRegion(part.Name, points, part.Confidence)
                    : Guess(part, all))
                .OfType<StageRegion>().ToList();
            return new PosedCharacter(all, regions, _parts.Hips == null ? default(float?) : _parts.Hips.position.y);
        }

        static StageRegion? Guess(BodyParts.Part part, List<System.Numerics.Vector3> all)
        {
            // A hand without vertices has no rectangle.
            if (part.Name != StageRegion.Head || all.Count == 0) return null;
            var half = (all.Max(p => p.Y) - all.Min(p => p.Y)) / HeadsPerBody / 2;
            // The head bone sits where the neck ends.
            var centre = part.Bone.position.ToCore() + new System.Numerics.Vector3(0, half, 0);
            var extent = new System.Numerics.Vector3(half, half, half);
            return new StageRegion(part.Name, new[] { centre - extent, centre + extent }, GuessConfidence);
        }
    }
}
