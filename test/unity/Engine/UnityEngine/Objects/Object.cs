using System;
using System.Collections.Generic;
using System.Linq;
using DeclaredUnity;

namespace UnityEngine
{
    public class Object
    {
        static int _lastId;
        readonly int _id = --_lastId;

        public Object() => Calls.Alive.Add(this);

        // Where making one is a call that may fail, there is no object if it does.
        internal Object(string call)
        {
            Calls.Note(call);
            Calls.Alive.Add(this);
        }

        internal bool IsDestroyed { get; private protected set; }

        public string name { get; set; } = "";
        public HideFlags hideFlags { get; set; }

#if UNITY_6000_5_OR_NEWER
        [Obsolete("GetInstanceID is deprecated. Use GetEntityId instead. This will be removed in a future version.", true)]
#elif UNITY_6000_4_OR_NEWER
        [Obsolete("GetInstanceID is deprecated. Use GetEntityId instead. This will be removed in a future version.")]
#endif
        public int GetInstanceID() => _id;

#if UNITY_6000_3_OR_NEWER
        public EntityId GetEntityId() => EntityId.Of(_id);
#endif

        public static T Instantiate<T>(T original, Transform parent, bool worldPositionStays) where T : Object
        {
            Calls.Note("Object.Instantiate");
            return (T)(Object)((GameObject)(Object)original).CopyBelow(parent);
        }

        public static void DestroyImmediate(Object obj)
        {
            obj.Destroy();
            Calls.Note("Object.DestroyImmediate");
        }

        internal virtual void Destroy()
        {
            IsDestroyed = true;
            Calls.Alive.Remove(this);
        }

        internal void Revive()
        {
            IsDestroyed = false;
            Calls.Alive.Add(this);
        }

        /// <summary>How often it was changed.</summary>
        internal int Changes;

        /// <summary>Objects of the scenes and assets that a script may find by their id.</summary>
        internal static Object ById(int id) => Calls.Alive.OfType<Object>().FirstOrDefault(o => o._id == id);

        /// <summary>What <see cref="ById"/> finds it by.</summary>
        internal int Id => _id;

        static bool IsNull(Object o) => o is null || o.IsDestroyed;
        public static bool operator ==(Object x, Object y) => IsNull(x) ? IsNull(y) : ReferenceEquals(x, y);
        public static bool operator !=(Object x, Object y) => !(x == y);
        public static implicit operator bool(Object exists) => !IsNull(exists);
        public override bool Equals(object other) => ReferenceEquals(this, other);
        public override int GetHashCode() => _id;
        public override string ToString() => $"{name} ({GetType().Name})";
    }

    [Flags]
    public enum HideFlags
    {
        None = 0,
        HideAndDontSave = 61,
    }
}
