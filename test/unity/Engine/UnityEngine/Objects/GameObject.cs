using System;
using System.Collections.Generic;
using System.Linq;
using DeclaredUnity;
using UnityEngine.SceneManagement;

namespace UnityEngine
{
    public sealed class GameObject : Object
    {
        readonly List<Component> _components = new List<Component>();
        internal Scene OwnScene;

        public GameObject(string name)
        {
            this.name = name;
            Add(new Transform());
        }

        public Transform transform => (Transform)_components[0];
        public Scene scene => OwnScene;
        public bool activeInHierarchy => IsActive && (transform.parent == null || transform.parent.gameObject.activeInHierarchy);

        internal bool IsActive { get; private set; } = true;
        internal IReadOnlyList<Component> Components => _components;

        public void SetActive(bool value)
        {
            Calls.Note("GameObject.SetActive");
            IsActive = value;
        }

        public T AddComponent<T>() where T : Component
        {
            Calls.Note("GameObject.AddComponent");
            return (T)Add((Component)Activator.CreateInstance(typeof(T), true));
        }

        internal Component Add(Component component)
        {
            component.Holder = this;
            _components.Add(component);
            return component;
        }

        public T GetComponent<T>() => _components.OfType<T>().FirstOrDefault();
        public bool TryGetComponent<T>(out T component) => (component = GetComponent<T>()) != null;
        public T GetComponentInChildren<T>() => GetComponentsInChildren<T>().FirstOrDefault();
        public T[] GetComponentsInChildren<T>() => GetComponentsInChildren<T>(false);

        public T[] GetComponentsInChildren<T>(bool includeInactive)
        {
            Calls.Note("GameObject.GetComponentsInChildren");
            return Family(includeInactive).SelectMany(o => o._components).OfType<T>().ToArray();
        }

        internal IEnumerable<GameObject> Family(bool includeInactive)
          => includeInactive || IsActive
               ? new[] { this }.Concat(transform.Children.SelectMany(child => child.gameObject.Family(includeInactive)))
               : Enumerable.Empty<GameObject>();

        internal GameObject CopyBelow(Transform parent)
        {
            var twins = new Dictionary<Transform, Transform>();
            var copy = CopyBelow(parent, twins);
            foreach (var component in copy.Family(true).SelectMany(o => o._components)) component.Redirect(twins);
            return copy;
        }

        GameObject CopyBelow(Transform parent, Dictionary<Transform, Transform> twins)
        {
            var copy = new GameObject(name) { IsActive = IsActive };
            twins.Add(transform, copy.transform);
            copy.transform.CopyFrom(transform);
            copy.transform.Attach(parent);
            foreach (var component in _components.Skip(1)) copy.Add(component.Copy());
            foreach (var child in transform.Children) child.gameObject.CopyBelow(copy.transform, twins);
            return copy;
        }

        internal override void Destroy()
        {
            foreach (var child in transform.Children.ToArray()) child.gameObject.Destroy();
            transform.Detach();
            foreach (var component in _components) component.Destroy();
            base.Destroy();
        }
    }
}
