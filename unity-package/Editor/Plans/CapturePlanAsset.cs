#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Plan;
using LoraBridge.Editor.Settings;
using UnityEngine;

namespace LoraBridge.Editor.Plans
{
    /// <summary>A capture plan as an asset: what to capture, and how.</summary>
    [HelpURL(Manual.Page)]
    [CreateAssetMenu(menuName = "LoRA Bridge/Capture Plan", fileName = "Capture Plan")]
    public sealed class CapturePlanAsset : ScriptableObject
    {
        [SerializeField] List<PlanPose> _poses = new List<PlanPose> { new PlanPose() };
        [SerializeField] List<PlanAngle> _angles = new List<PlanAngle> { new PlanAngle() };
        [SerializeField] List<ShotFraming> _framings = new List<ShotFraming> { ShotFraming.Full };
        [SerializeField] List<PlanExpression> _expressions = new List<PlanExpression>();
        [SerializeField] int _width = 1024;
        [SerializeField] int _height = 1024;
        [SerializeField, Range(1, 4)] int _supersampling = 2;
        [SerializeField, Range(0, 0.4f)] float _margin = 0.05f;
        [SerializeField, Range(1, 120)] float _fieldOfView = 20;
        [SerializeField] LightRig _light;
        [SerializeField] MattingMode _matting;

        /// <summary>The plan as plain data.</summary>
        public CapturePlan ToPlan() => new CapturePlan
        {
            Poses = _poses.Select(pose => pose.ToPose()).ToList(),
            Angles = _angles.Select(angle => new CaptureAngle(angle.Yaw, angle.Pitch)).ToList(),
            Framings = _framings.ToList(),
            Expressions = _expressions.Select(expression => expression.ToExpression()).ToList(),
            Width = _width,
            Height = _height,
            Supersampling = _supersampling,
            Margin = _margin,
            FieldOfView = _fieldOfView,
            Light = _light,
            Matting = _matting,
        };

        /// <summary>Copies a plan into the asset. Clips are looked up by name among those given.</summary>
        public void Set(CapturePlan plan, IEnumerable<AnimationClip> clips)
        {
            var known = clips.ToList();
            _poses = plan.Poses.Select(pose => PlanPose.Of(pose, known)).ToList();
            _angles = plan.Angles.Select(angle => new PlanAngle { Yaw = angle.Yaw, Pitch = angle.Pitch }).ToList();
            _framings = plan.Framings.ToList();
            _expressions = plan.Expressions.Select(PlanExpression.Of).ToList();
            _width = plan.Width;
            _height = plan.Height;
            _supersampling = plan.Supersampling;
            _margin = plan.Margin;
            _fieldOfView = plan.FieldOfView;
            _light = plan.Light;
            _matting = plan.Matting;
        }
    }
}
