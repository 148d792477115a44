using System.Collections.Generic;
using DeclaredUnity;

namespace UnityEngine
{
    public class Component : Object
    {
        internal GameObject Holder;

        public GameObject gameObject => Holder;
        public Transform transform => Holder.transform;
        public T GetComponent<T>() => Holder.GetComponent<T>();
        public bool TryGetComponent<T>(out T component) => Holder.TryGetComponent(out component);

        internal Component Copy()
        {
            var copy = (Component)MemberwiseClone();
            Calls.Alive.Add(copy);
            return copy;
        }

        /// <summary>Points from a copied component to the copies of what the original points to.</summary>
        internal virtual void Redirect(IReadOnlyDictionary<Transform, Transform> twins) {}
    }

    public class Behaviour : Component
    {
        public bool enabled { get; set; } = true;
        public bool isActiveAndEnabled => enabled && Holder.activeInHierarchy;
    }

    public class MonoBehaviour : Behaviour
    {
    }

    public class ScriptableObject : Object
    {
        public static T CreateInstance<T>() where T : ScriptableObject
        {
            Calls.Note("ScriptableObject.CreateInstance");
            return (T)System.Activator.CreateInstance(typeof(T), true);
        }
    }
}
