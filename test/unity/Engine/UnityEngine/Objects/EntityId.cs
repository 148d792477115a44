#if UNITY_6000_3_OR_NEWER
using System;

namespace UnityEngine
{
    public struct EntityId
    {
        internal int Id;

        internal static EntityId Of(int id) => new EntityId { Id = id };

#if UNITY_6000_4_OR_NEWER
        public static EntityId FromULong(ulong input) => Of((int)(uint)input);
        public static ulong ToULong(EntityId entityId) => (uint)entityId.Id;
#else
        public static implicit operator EntityId(int intValue) => Of(intValue);
        public static implicit operator int(EntityId entityId) => entityId.Id;
#endif
    }
}
#endif
