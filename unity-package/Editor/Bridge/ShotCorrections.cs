#nullable enable
using System;
using System.Collections.Generic;
using LoraBridge.Core.Plan;
using LoraBridge.Core.Protocol;
using UnityEngine;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>The user's corrections of single shots: exclude, delete, retake, caption and face.</summary>
    sealed class ShotCorrections
    {
        readonly BridgeSession _session;

        public ShotCorrections(BridgeSession session) => _session = session;

        /// <summary>Excludes a shot from trainings, or includes it again.</summary>
        public void Exclude(GalleryShot shot, bool isExcluded) => Change(new ShotChange { Shot = shot.Id, Excluded = isExcluded });

        /// <summary>Sets the caption of a shot; with an empty one the daemon makes it.</summary>
        public void SetCaption(GalleryShot shot, string caption) => Change(new ShotChange { Shot = shot.Id, Caption = caption.Trim() });

        /// <summary>Sets the head's rectangle, in pixels of the image.</summary>
        public void SetHead(GalleryShot shot, Rect head) => Change(new ShotChange
        {
            Shot = shot.Id,
            Head = new Region { X = head.x, Y = head.y, Width = head.width, Height = head.height, Confidence = 1 },
        });

        // The gallery follows the daemon's event, which also reports corrections by other clients.
        void Change(ShotChange change) => _session.Daemon.Request(change, _ => {}, LoraBridgeEditor.ShowError);

        /// <summary>Deletes a shot here and from the daemon.</summary>
        public void Delete(GalleryShot shot)
        {
            _session.Daemon.Outbox.Withdraw(shot.Id);
            _session.Gallery.Remove(shot.Id);
            _session.Daemon.Request(new ShotRemove { Shots = new List<string> { shot.Id } }, _ => {}, LoraBridgeEditor.ShowError);
            _session.MarkChanged();
        }

        /// <summary>Whether a shot can be retaken: how it was taken is known, and no capture is running.</summary>
        public bool CanRetake(GalleryShot shot) => shot.Planned != null && _session.Capture.Last != null && !_session.Capture.IsUnderWay;

        /// <summary>Retakes a shot: the new one replaces the old.</summary>
        public void Retake(GalleryShot shot)
        {
            if (!CanRetake(shot) || !(shot.Planned is PlannedShot planned) || !(_session.Capture.Last is CapturePlan last))
                throw new InvalidOperationException("The shot cannot be retaken now.");
            var plan = last.Copy();
            plan.Poses = new List<CapturePose> { planned.Pose };
            plan.Expressions = new List<CaptureExpression> { planned.Expression };
            plan.Framings = new List<ShotFraming> { planned.Framing };
            plan.Angles = new List<CaptureAngle> { planned.Angle };
            _session.Begin(_session.Capture.Character, _session.Capture.Subject, plan, false);
        }
    }
}
