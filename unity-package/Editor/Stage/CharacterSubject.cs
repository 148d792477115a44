using System;
using LoraBridge.Core.Capture;
using UnityEditor;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>Names a character by text, so that a capture finds it again after a domain reload or a restart.</summary>
    public static class CharacterSubject
    {
        const string InstancePrefix = "instance:";

        /// <summary>
        /// The asset path of a prefab or model, the global id of an object in a saved scene, and for an object in a scene that was never
        /// saved its instance id, which ends with the editor.
        /// </summary>
        public static string Of(GameObject character)
        {
            if (EditorUtility.IsPersistent(character)) return AssetDatabase.GetAssetPath(character);
            if (string.IsNullOrEmpty(character.scene.path))
                return InstancePrefix + ObjectId.Of(character);
            return GlobalObjectId.GetGlobalObjectIdSlow(character).ToString();
        }

        /// <summary>The character of a name that <see cref="Of"/> gave, or of an asset path.</summary>
        /// <exception cref="CaptureException">There is no such object.</exception>
        public static GameObject Resolve(string subject)
        {
            var found = Find(subject);
            if (found != null) return found;
            throw new CaptureException
              ("input.character.missing", $"There is no character \"{subject}\".",
               "Open the scene that it is in, or choose the character again.");
        }

        static GameObject Find(string subject)
        {
            if (subject.StartsWith(InstancePrefix, StringComparison.Ordinal))
                return ObjectId.Find(subject.Substring(InstancePrefix.Length)) as GameObject;
            if (GlobalObjectId.TryParse(subject, out var global))
                return GlobalObjectId.GlobalObjectIdentifierToObjectSlow(global) as GameObject;
            return AssetDatabase.LoadAssetAtPath<GameObject>(subject);
        }
    }
}
