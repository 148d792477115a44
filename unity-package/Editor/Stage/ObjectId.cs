#nullable enable
using System.Globalization;
using UnityEditor;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>
    /// The instance id of an object in the running editor, as text. It survives a domain reload but not a restart. Unity has
    /// changed its type and functions twice, and turned the old ones into errors.
    /// </summary>
    static class ObjectId
    {
        public static string Of(Object target) =>
#if UNITY_6000_4_OR_NEWER
            EntityId.ToULong(target.GetEntityId()).ToString(CultureInfo.InvariantCulture);
#else
            target.GetInstanceID().ToString(CultureInfo.InvariantCulture);
#endif

        /// <summary>The object, or null if the id is invalid or its object is gone.</summary>
        public static Object? Find(string id)
        {
#if UNITY_6000_4_OR_NEWER
            if (!ulong.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
            return EditorUtility.EntityIdToObject(EntityId.FromULong(number));
#else
            if (!int.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return null;
#if UNITY_6000_3_OR_NEWER
            return EditorUtility.EntityIdToObject(number);
#else
            return EditorUtility.InstanceIDToObject(number);
#endif
#endif
        }
    }
}
