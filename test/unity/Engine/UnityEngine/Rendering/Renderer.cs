using System.Collections.Generic;
using System.Linq;
using DeclaredUnity;
using UnityEngine.Rendering;

namespace UnityEngine
{
    public class Renderer : Component
    {
        public bool enabled { get; set; } = true;
        public Material[] sharedMaterials { get; set; } = { new Material() };
        public LightProbeUsage lightProbeUsage { get; set; } = LightProbeUsage.BlendProbes;
        public ReflectionProbeUsage reflectionProbeUsage { get; set; } = ReflectionProbeUsage.BlendProbes;

        public Bounds bounds
        {
            get
            {
                Calls.Note("Renderer.bounds");
                return new Bounds(transform.position, Vector3.one);
            }
        }
    }

    public class MeshRenderer : Renderer
    {
    }

    public sealed class MeshFilter : Component
    {
        public Mesh sharedMesh { get; set; }
    }

    public class SkinnedMeshRenderer : Renderer
    {
        Dictionary<int, float> _weights = new Dictionary<int, float>();

        public Mesh sharedMesh { get; set; }
        public Transform[] bones { get; set; } = new Transform[0];
        public bool updateWhenOffscreen { get; set; }
        public bool forceMatrixRecalculationPerRender { get; set; }

        public void BakeMesh(Mesh mesh, bool useScale)
        {
            Calls.Note("SkinnedMeshRenderer.BakeMesh");
            mesh.Vertices = sharedMesh.IsLost ? new Vector3[0] : sharedMesh.Vertices;
        }

        public float GetBlendShapeWeight(int index)
        {
            Calls.Note("SkinnedMeshRenderer.GetBlendShapeWeight");
            return _weights.TryGetValue(index, out var weight) ? weight : 0;
        }

        public void SetBlendShapeWeight(int index, float value)
        {
            Calls.Note("SkinnedMeshRenderer.SetBlendShapeWeight");
            _weights[index] = value;
        }

        internal override void Redirect(IReadOnlyDictionary<Transform, Transform> twins)
        {
            bones = bones.Select(bone => twins[bone]).ToArray();
            _weights = new Dictionary<int, float>(_weights);
        }
    }

    public class LODGroup : Component
    {
        public void ForceLOD(int index) => Calls.Note("LODGroup.ForceLOD");
    }
}

namespace UnityEngine.Rendering
{
    public enum LightProbeUsage
    {
        Off = 0,
        BlendProbes = 1,
    }

    public enum ReflectionProbeUsage
    {
        Off = 0,
        BlendProbes = 1,
    }
}
