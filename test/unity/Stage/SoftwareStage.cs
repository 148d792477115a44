using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Threading;
using System.Threading.Tasks;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Framing;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;

namespace LoraBridge.TestStage
{
    /// <summary>
    /// The stage of the test Unity: skins and draws a VRM character in memory. It checks that its caller follows the contract of <see cref="IStage"/>:
    /// one thread, the order of calls, no call while a shot is under way.
    /// </summary>
    public sealed class SoftwareStage : IStage
    {
        static readonly Vector3 StudioLight = new Vector3(-0.35f, 0.5f, -1), SceneLight = new Vector3(-0.3f, 0.8f, 0.5f);

        readonly Func<string, Subject> _find;
        readonly Thread _thread = Thread.CurrentThread;
        Subject _subject;
        StageSettings _settings;
        Body _body;
        List<PosedMesh> _posed;
        CameraPlacement _camera;
        Task _shot = Task.CompletedTask;
        static int _open;

        /// <summary>A stage whose project is `find`: it returns the character of an asset path, or null.</summary>
        public SoftwareStage(Func<string, Subject> find)
        {
            _find = find;
            Interlocked.Increment(ref _open);
        }

        /// <summary>Stages that were made and not disposed.</summary>
        public static int Open => _open;

        /// <summary>True once disposed.</summary>
        public bool IsDisposed { get; private set; }

        /// <inheritdoc/>
        public bool IsBusy => false;

        /// <inheritdoc/>
        public StageCharacter Load(string subject, StageSettings settings)
        {
            Check(_subject == null, "Load is called once");
            _subject = _find(subject) ?? throw new CaptureException("input.character.missing", $"There is no character \"{subject}\".",
                "Choose a character of this project.");
            _settings = settings;
            var character = _subject.Character;
            if (character.Meshes.Count == 0)
                throw new CaptureException("input.character.invisible", $"{character.Name} has no enabled renderer.",
                    "Choose the object that holds the character's meshes.");
            _body = new Body(character);
            bool hasHead = character.Bones.ContainsKey("head");
            return new StageCharacter
            {
                Name = character.Name, IsHumanoid = hasHead, HasHead = hasHead,
                Clips = _subject.Clips.Select(clip => new StageClip(clip.Name, clip.Length)).ToList(),
                Expressions = character.Expressions.Keys.ToList(),
            };
        }

        /// <inheritdoc/>
        public void SetPose(CapturePose pose)
        {
            Check(_body != null, "SetPose comes after Load");
            _posed = null;
            _body.Stand();
            _body.SetExpression(new Bind[0], 0);
            if (pose.Source == PoseSource.Muscles && !_subject.Character.Bones.ContainsKey("head"))
                throw new CaptureException("input.pose.rig", $"{_subject.Character.Name} is not humanoid.", "Choose the pose it stands in.");
            if (pose.Source == PoseSource.Muscles) _body.Turn(Muscles.Rotations(pose.Muscles));
            if (pose.Source != PoseSource.Clip) return;
            var clip = _subject.Clips.Find(other => other.Name == pose.Clip) ?? throw new CaptureException("input.clip.missing",
                $"There is no clip {pose.Clip}.", "Choose another clip for this pose.");
            if (clip.Muscles == null)
                throw new CaptureException("input.clip.rig", $"The clip {clip.Name} moves no bone of {_subject.Character.Name}.",
                    "Choose a clip that was made for this character's rig.");
            _body.Turn(Muscles.Rotations(clip.Muscles(pose.Time)));
        }

        /// <inheritdoc/>
        public void SetExpression(CaptureExpression expression)
        {
            Check(_body != null, "SetExpression comes after Load");
            _posed = null;
            _body.SetExpression(expression.Key.Length == 0 ? new Bind[0] : _subject.Character.Expressions[expression.Key], expression.Weight);
        }

        /// <inheritdoc/>
        public PosedCharacter Bake()
        {
            Check(_body != null, "Bake comes after Load");
            _posed = _body.Skin();
            var all = _posed.SelectMany(mesh => mesh.Mesh.Readable ? mesh.Positions : Corners(mesh.Positions)).ToList();
            var regions = new List<StageRegion>();
            AddRegion(regions, StageRegion.Head, "head");
            AddRegion(regions, StageRegion.LeftHand, "leftHand");
            AddRegion(regions, StageRegion.RightHand, "rightHand");
            if (regions.Count == 0 && _subject.Character.Bones.TryGetValue("head", out int head)) regions.Add(GuessHead(head, all));
            float? hips = _subject.Character.Bones.TryGetValue("hips", out int node) ? _body.Matrices()[node].M42 : (float?)null;
            return new PosedCharacter(all, regions, hips);
        }

        /// <inheritdoc/>
        public void PlaceCamera(CameraPlacement camera)
        {
            Check(_posed != null, "PlaceCamera comes after Bake");
            _camera = camera;
        }

        /// <inheritdoc/>
        public Task<RenderedPasses> Render(CancellationToken cancellation)
        {
            Check(_camera != null && _posed != null, "Render comes after Bake and PlaceCamera");
            var projection = new Projection(_camera, _settings.Width, _settings.Height);
            foreach (var mesh in _posed) projection.Add(mesh);
            var triangles = projection.Triangles();
            var light = _settings.Light == LightRig.Studio ? StudioLight
                : Vector3.Transform(SceneLight, Quaternion.Conjugate(_camera.Rotation));
            // What is drawn is settled; another thread draws it, as a GPU would.
            Task<LinearPicture> Draw(Vector4 background) => Task.Run(() =>
            {
                var picture = _settings.Pictures.RentSingle(_settings.Width, _settings.Height);
                new Rasterizer(_settings.Width, _settings.Height, light).Draw(triangles, background, picture.Single);
                return picture;
            }, cancellation);
            var shot = Expose(Draw, _settings.Matting);
            _shot = shot;
            return shot;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            CheckThread();
            if (IsDisposed) return;
            IsDisposed = true;
            Interlocked.Decrement(ref _open);
        }

        static async Task<RenderedPasses> Expose(Func<Vector4, Task<LinearPicture>> draw, MattingMode matting)
        {
            if (matting == MattingMode.SinglePass) return RenderedPasses.OfSinglePass(await draw(Vector4.Zero).ConfigureAwait(false));
            // The backgrounds are opaque in Unity too; their alpha is ignored.
            Task<LinearPicture> black = draw(Vector4.UnitW), white = draw(Vector4.One);
            return RenderedPasses.OfTwoPasses(await black.ConfigureAwait(false), await white.ConfigureAwait(false));
        }

        void AddRegion(List<StageRegion> regions, string name, string bone)
        {
            var character = _subject.Character;
            if (!character.Bones.TryGetValue(bone, out int root)) return;
            var below = Enumerable.Range(0, character.Nodes.Count).Select(node => character.IsBelow(node, root)).ToArray();
            var points = new List<Vector3>();
            foreach (var posed in _posed.Where(mesh => mesh.Mesh.Readable))
                for (int i = 0; i < posed.Positions.Length; i++)
                {
                    float weight = 0;
                    for (int k = i * 4; k < i * 4 + 4; k++) if (below[posed.Mesh.Joints[k]]) weight += posed.Mesh.Weights[k];
                    if (weight >= 0.5f) points.Add(posed.Positions[i]);
                }
            if (points.Count > 0) regions.Add(new StageRegion(name, points, 1));
        }

        // As Unity's renderers do without Read/Write: their bounds are known, their vertices are not.
        static Vector3[] Corners(Vector3[] positions)
        {
            Vector3 least = positions.Aggregate(Vector3.Min), most = positions.Aggregate(Vector3.Max);
            return Enumerable.Range(0, 8).Select(i => new Vector3((i & 1) == 0 ? least.X : most.X, (i & 2) == 0 ? least.Y : most.Y,
                (i & 4) == 0 ? least.Z : most.Z)).ToArray();
        }

        // A seventh of the height above the head bone.
        StageRegion GuessHead(int node, List<Vector3> all)
        {
            float size = (all.Max(point => point.Y) - all.Min(point => point.Y)) / 7;
            var bottom = _body.Matrices()[node].Translation;
            return new StageRegion(StageRegion.Head, new[] { bottom - new Vector3(size / 2, 0, size / 2), bottom + new Vector3(size / 2, size, size / 2) }, 0.3f);
        }

        void CheckThread()
        {
            if (Thread.CurrentThread != _thread) throw new InvalidOperationException("A stage belongs to the thread that made it.");
        }

        void Check(bool order, string rule)
        {
            CheckThread();
            if (IsDisposed) throw new ObjectDisposedException(nameof(SoftwareStage));
            if (!_shot.IsCompleted) throw new InvalidOperationException("A shot is under way.");
            if (!order) throw new InvalidOperationException(rule + ".");
        }
    }
}
