using System;
using DeclaredUnity;
using LoraBridge.TestStage;
using UnityEngine;

namespace LoraBridge.EndToEnd
{
    /// <summary>The characters of the test project, by name.</summary>
    static class Characters
    {
        public const string Veiled = "veiled", NoRenderer = "no renderer", NoHead = "no head", Unreadable = "unreadable",
            Tiny = "tiny", Huge = "huge", OtherRigClip = "clip of another rig";

        /// <summary>The object of the scene: what the package's checks look at. The stage has the character itself.</summary>
        public static GameObject MakeObject(string name, string character)
        {
            if (character == NoRenderer) return new GameObject(name);
            var made = CharacterMaker.Humanoid(name);
            if (character == Unreadable) CharacterMaker.Close(made);
            return made;
        }

        /// <summary>Makes one for the stage.</summary>
        public static Subject Make(string name)
        {
            var godette = Subject.Godette("test/characters");
            switch (name)
            {
                case Veiled: return godette.WithVeil();
                case NoRenderer: return godette.WithoutRenderer();
                case NoHead: return godette.WithoutHead();
                case Unreadable: return godette.WithVeil().WithUnreadableMeshes();
                case Tiny: return godette.WithVeil().Scaled(0.01f);
                case Huge: return godette.WithVeil().Scaled(100);
                case OtherRigClip: return godette.WithOtherRigClip();
                default: throw new ArgumentException($"There is no character {name}.");
            }
        }
    }
}
