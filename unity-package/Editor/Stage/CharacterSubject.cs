#nullable enable
using System;
using LoraBridge.Core.Capture;
using UnityEditor;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>Identifies a character by text, so that a capture finds it again after a domain reload or a restart.</summary>
    public static class CharacterSubject
    {
        const string InstancePrefix = "instance:";

        /// <summary>
        /// The asset path of a prefab or model; else the global id of an object in a saved scene. For others, such as one created
        /// since the scene was saved, or the open prefab of Prefab Mode, its instance id, which is valid only in the running editor.
        /// </summary>
        public static string Of(GameObject character)
        {
            if (EditorUtility.IsPersistent(character))
            {
                var path = AssetDatabase.GetAssetPath(character);
                if (AssetDatabase.LoadAssetAtPath<GameObject>(path) == character) return path;
            }
            // The global id of an unsaved object resolves to nothing, that of an object in Prefab Mode to the prefab on disk.
            var global = GlobalObjectId.GetGlobalObjectIdSlow(character);
            return GlobalObjectId.GlobalObjectIdentifierToObjectSlow(global) == character ? global.ToString() : InstancePrefix + ObjectId.Of(character);
        }

        /// <summary>The character for a text from <see cref="Of"/>, or for an asset path.</summary>
        /// <exception cref="CaptureException">There is no such object.</exception>
        public static GameObject Resolve(string subject)
        {
            var found = Find(subject);
            if (found != null) return found;
            throw new CaptureException
              ("input.character.missing", $"There is no character \"{subject}\".",
               "Open the scene that it is in, or choose the character again.");
        }

        static GameObject? Find(string subject)
        {
            if (subject.StartsWith(InstancePrefix, StringComparison.Ordinal))
                return ObjectId.Find(subject.Substring(InstancePrefix.Length)) as GameObject;
            if (GlobalObjectId.TryParse(subject, out var global))
                return GlobalObjectId.GlobalObjectIdentifierToObjectSlow(global) as GameObject;
            return AssetDatabase.LoadAssetAtPath<GameObject>(subject);
        }
    }
}
