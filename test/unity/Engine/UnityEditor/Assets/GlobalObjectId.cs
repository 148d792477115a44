using System.Collections.Generic;
using DeclaredUnity;
using UnityEngine;

namespace UnityEditor
{
    public struct GlobalObjectId
    {
        const string Prefix = "GlobalObjectId_V1-2-";

        int _id;

        /// <summary>What the file on disk has in an object's place, where that is not the object: nothing, or the prefab's.</summary>
        internal static readonly Dictionary<Object, Object> OnDisk = new Dictionary<Object, Object>();

        public static GlobalObjectId GetGlobalObjectIdSlow(Object targetObject)
        {
            Calls.Note("GlobalObjectId.GetGlobalObjectIdSlow");
            var saved = OnDisk.TryGetValue(targetObject, out var other) ? other : targetObject;
            return new GlobalObjectId { _id = saved == null ? 0 : saved.Id };
        }

        public static bool TryParse(string stringValue, out GlobalObjectId id)
        {
            id = default;
            return stringValue.StartsWith(Prefix) && int.TryParse(stringValue.Substring(Prefix.Length), out id._id);
        }

        public static Object GlobalObjectIdentifierToObjectSlow(GlobalObjectId id)
        {
            Calls.Note("GlobalObjectId.GlobalObjectIdentifierToObjectSlow");
            return Object.ById(id._id);
        }

        public override string ToString() => Prefix + _id;
    }
}
