using System.Collections.Generic;
using DeclaredUnity;
using UnityEngine;

namespace UnityEditor
{
    public sealed partial class PrefabUtility
    {
        /// <summary>Which asset an object of a scene was made from.</summary>
        internal static readonly Dictionary<Object, Object> Sources = new Dictionary<Object, Object>();

        public static TObject GetCorrespondingObjectFromSource<TObject>(TObject componentOrGameObject) where TObject : Object
        {
            Calls.Note("PrefabUtility.GetCorrespondingObjectFromSource");
            return Sources.TryGetValue(componentOrGameObject, out var source) ? (TObject)source : null;
        }
    }
}
