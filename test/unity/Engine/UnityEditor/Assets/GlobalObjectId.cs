using System.Collections.Generic;
using DeclaredUnity;
using UnityEngine;

namespace UnityEditor
{
    public struct GlobalObjectId
    {
        const string Prefix = "GlobalObjectId_V1-2-";

        int _id;

        public static GlobalObjectId GetGlobalObjectIdSlow(Object targetObject)
        {
            Calls.Note("GlobalObjectId.GetGlobalObjectIdSlow");
            return new GlobalObjectId { _id = targetObject.Id };
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
