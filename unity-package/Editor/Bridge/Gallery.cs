#nullable enable
using System;
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>The newest shots, with the daemon's results.</summary>
    public sealed class Gallery
    {
        // Each is a texture in the window.
        internal const int Limit = 64;

        readonly List<GalleryShot> _shots = new List<GalleryShot>();
        // Events of shots that are not here yet: between two updates of a busy editor a shot can be stored, sent and inspected.
        readonly List<(string Shot, DurableEvent Event)> _early = new List<(string, DurableEvent)>();

        /// <summary>Oldest first.</summary>
        public IReadOnlyList<GalleryShot> Shots => _shots;

        internal void Add(TakenShot shot)
          => Add(new GalleryShot(shot.Id.ToString("D"), shot.Planned.Name, shot.Png, shot.Quality.Disagreement)
          {
              Planned = shot.Planned,
              Regions = shot.Regions.ToDictionary(region => region.Key, region => (double)region.Value.Confidence),
          });

        /// <summary>Adds a shot taken by an earlier domain, older than all others here.</summary>
        internal void AddEarlier(ShotDescription shot, byte[] picture)
        {
            if (_shots.Count == Limit || _shots.Any(other => other.Name == shot.Name)) return;
            var earlier = new GalleryShot(shot.Id, shot.Name, picture, 0)
            {
                IsInspected = shot.State == ShotDescriptionState.Inspected,
                Face = shot.Face,
                Error = shot.Error?.Message,
                IsExcluded = shot.Excluded == true,
                Caption = shot.Caption ?? "",
                Regions = (shot.Regions ?? new Dictionary<string, Region>()).ToDictionary(region => region.Key, region => region.Value.Confidence),
            };
            _shots.Insert(0, earlier);
            ApplyEarlyEvents(earlier.Id);
        }

        void Add(GalleryShot shot)
        {
            // A retaken shot replaces the earlier one.
            _shots.RemoveAll(other => other.Id == shot.Id || other.Name == shot.Name);
            _shots.Add(shot);
            if (_shots.Count > Limit) _shots.RemoveAt(0);
            ApplyEarlyEvents(shot.Id);
        }

        /// <summary>Applies an event about a shot. Returns whether the gallery has changed.</summary>
        internal bool OnEvent(DurableEvent received)
        {
            if (!(ShotOf(received) is string id)) return false;
            if (Find(id) is GalleryShot shot)
            {
                Apply(received, shot);
                return true;
            }
            _early.Add((id, received));
            if (_early.Count > Limit) _early.RemoveAt(0);
            return false;
        }

        static string? ShotOf(DurableEvent received) => received switch
        {
            ShotInspected inspected => inspected.Shot,
            ShotRejected rejected => rejected.Shot,
            ShotChanged changed => changed.Shot,
            ShotRemoved removed => removed.Shot,
            _ => null,
        };

        void Apply(DurableEvent received, GalleryShot shot)
        {
            switch (received)
            {
                case ShotInspected inspected:
                    shot.IsInspected = true;
                    shot.Face = inspected.Face;
                    break;
                case ShotRejected rejected:
                    shot.Error = rejected.Error.Message;
                    break;
                case ShotChanged changed:
                    shot.IsExcluded = changed.Excluded;
                    shot.Caption = changed.Caption ?? "";
                    shot.Face = changed.Face;
                    break;
                case ShotRemoved _:
                    Remove(shot.Id);
                    break;
            }
        }

        void ApplyEarlyEvents(string id)
        {
            var own = _early.Where(early => early.Shot == id).Select(early => early.Event).ToList();
            _early.RemoveAll(early => early.Shot == id);
            foreach (var received in own) OnEvent(received);
        }

        internal void Refuse(ShotRefused refusal)
        {
            if (Find(refusal.Id) is GalleryShot shot) shot.Error = refusal.Error.Message;
        }

        internal bool Remove(string id) => _shots.RemoveAll(shot => shot.Id == id) > 0;

        internal void Clear() => _shots.Clear();

        GalleryShot? Find(string id) => _shots.FirstOrDefault(shot => shot.Id == id);
    }

    /// <summary>A shot in the gallery.</summary>
    public sealed class GalleryShot
    {
        /// <summary>The protocol's id of the shot.</summary>
        public string Id { get; }

        /// <summary>Its name.</summary>
        public string Name { get; }

        /// <summary>The image file.</summary>
        public byte[] Png { get; }

        /// <summary>Share of its visible pixels whose alpha depends on the colour channel, 0 to 1.</summary>
        public float Disagreement { get; }

        /// <summary>Whether the daemon has inspected it.</summary>
        public bool IsInspected { get; internal set; }

        /// <summary>The face that the daemon found, or null.</summary>
        public Face? Face { get; internal set; }

        /// <summary>Why the daemon rejected it, or null.</summary>
        public string? Error { get; internal set; }

        /// <summary>Whether it is excluded from trainings.</summary>
        public bool IsExcluded { get; internal set; }

        /// <summary>The user's caption; empty if the daemon makes one.</summary>
        public string Caption { get; internal set; } = "";

        /// <summary>The planned shot; null if an earlier domain took it.</summary>
        public PlannedShot? Planned { get; internal set; }

        /// <summary>Confidence of each rectangle that the editor reported, 0 to 1.</summary>
        internal IReadOnlyDictionary<string, double> Regions { get; set; } = new Dictionary<string, double>();

        /// <summary>What the user should check.</summary>
        public IReadOnlyList<Advice> Advice => ShotAdvice.Of(Regions, IsInspected, Face);

        internal GalleryShot(string id, string name, byte[] png, float disagreement)
        {
            Id = id;
            Name = name;
            Png = png;
            Disagreement = disagreement;
        }
    }
}
