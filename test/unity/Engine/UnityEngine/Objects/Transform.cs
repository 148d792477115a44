using System.Collections.Generic;
using System.Linq;
using DeclaredUnity;
using Matrix = System.Numerics.Matrix4x4;

namespace UnityEngine
{
    public class Transform : Component
    {
        readonly List<Transform> _children = new List<Transform>();
        Vector3 _localPosition, _localScale = Vector3.one;
        Quaternion _localRotation = Quaternion.identity;

        protected internal Transform() {}

        internal IReadOnlyList<Transform> Children => _children;

        public Transform parent { get; private set; }

        public Vector3 localPosition
        {
            get => _localPosition;
            set
            {
                Calls.Note("Transform.localPosition");
                _localPosition = value;
            }
        }

        public Quaternion localRotation
        {
            get => _localRotation;
            set
            {
                Calls.Note("Transform.localRotation");
                _localRotation = value;
            }
        }

        public Vector3 localScale
        {
            get => _localScale;
            set
            {
                Calls.Note("Transform.localScale");
                _localScale = value;
            }
        }

        public Vector3 lossyScale => parent == null ? _localScale : Vector3.Scale(parent.lossyScale, _localScale);
        public Vector3 position => localToWorldMatrix.MultiplyPoint3x4(Vector3.zero);
        public Quaternion rotation => parent == null ? _localRotation : parent.rotation * _localRotation;

        public Matrix4x4 localToWorldMatrix
        {
            get
            {
                var own = Matrix.CreateScale(_localScale.Numerics) * Matrix.CreateFromQuaternion(_localRotation.Numerics)
                    * Matrix.CreateTranslation(_localPosition.Numerics);
                return new Matrix4x4 { Numerics = parent == null ? own : own * parent.localToWorldMatrix.Numerics };
            }
        }

        public void SetPositionAndRotation(Vector3 position, Quaternion rotation)
        {
            Calls.Note("Transform.SetPositionAndRotation");
            _localPosition = position;
            _localRotation = rotation;
        }

        public void SetParent(Transform parent, bool worldPositionStays)
        {
            Calls.Note("Transform.SetParent");
            Attach(parent);
        }

        internal void Attach(Transform parent)
        {
            Detach();
            this.parent = parent;
            if (parent == null) return;
            parent._children.Add(this);
            gameObject.OwnScene = parent.gameObject.OwnScene;
        }

        public bool IsChildOf(Transform parent) => this == parent || this.parent != null && this.parent.IsChildOf(parent);

        public Transform Find(string n)
        {
            Calls.Note("Transform.Find");
            return n.Split('/').Aggregate(this, (place, part) => place?._children.FirstOrDefault(child => child.gameObject.name == part));
        }

        internal void Detach()
        {
            parent?._children.Remove(this);
            parent = null;
        }

        internal void CopyFrom(Transform other)
        {
            _localPosition = other._localPosition;
            _localRotation = other._localRotation;
            _localScale = other._localScale;
        }
    }
}
