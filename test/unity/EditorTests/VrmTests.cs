using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using DeclaredUnity;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;
using LoraBridge.Core.Capture;
using LoraBridge.Editor.Stage;
using NUnit.Framework;
using UnityEngine;

// What UniVRM 0.x and 1.0 serialize, by their names: see its VRMBlendShapeProxy, BlendShapeAvatar, BlendShapeClip, Vrm10Instance,
// VRM10Object, VRM10ObjectExpression and VRM10Expression.
namespace VRM
{
    [Serializable]
    public struct BlendShapeBinding
    {
        public string RelativePath;
        public int Index;
        public float Weight;
    }

    public sealed class BlendShapeClip : ScriptableObject
    {
        public string BlendShapeName = "";
        public BlendShapeBinding[] Values = new BlendShapeBinding[0];
    }

    public sealed class BlendShapeAvatar : ScriptableObject
    {
        public List<BlendShapeClip> Clips = new List<BlendShapeClip>();
    }

    public sealed class VRMBlendShapeProxy : MonoBehaviour
    {
        public BlendShapeAvatar BlendShapeAvatar;
    }
}

namespace UniVRM10
{
    [Serializable]
    public struct MorphTargetBinding
    {
        public string RelativePath;
        public int Index;
        public float Weight;
    }

    public sealed class VRM10Expression : ScriptableObject
    {
        public MorphTargetBinding[] MorphTargetBindings = new MorphTargetBinding[0];
    }

    [Serializable]
    public sealed class VRM10ObjectExpression
    {
        public VRM10Expression Happy, Blink;
        public List<VRM10Expression> CustomClips = new List<VRM10Expression>();
    }

    public sealed class VRM10Object : ScriptableObject
    {
        public VRM10ObjectExpression Expression = new VRM10ObjectExpression();
    }

    public sealed class Vrm10Instance : MonoBehaviour
    {
        public VRM10Object Vrm;
    }
}

namespace LoraBridge.DeclaredUnity.Tests
{
    sealed class VrmTests : StageTestFixture
    {
        static T Make<T>(string name) where T : ScriptableObject
        {
            var made = ScriptableObject.CreateInstance<T>();
            made.name = name;
            return made;
        }

        static GameObject Vrm0()
        {
            var mina = CharacterMaker.Humanoid("Mina");
            var avatar = Make<VRM.BlendShapeAvatar>("avatar");
            var joy = Make<VRM.BlendShapeClip>("clip");
            joy.BlendShapeName = "Joy";
            joy.Values = new[] { new VRM.BlendShapeBinding { RelativePath = "Body", Index = 0, Weight = 60 } };
            var lost = Make<VRM.BlendShapeClip>("lost");
            lost.Values = new[] { new VRM.BlendShapeBinding { RelativePath = "Nowhere", Index = 0, Weight = 60 } };
            avatar.Clips.AddRange(new[] { joy, null, lost });
            CharacterMaker.Add(mina, new VRM.VRMBlendShapeProxy { BlendShapeAvatar = avatar });
            return mina;
        }

        static GameObject Vrm1()
        {
            var mina = CharacterMaker.Humanoid("Mina");
            var model = Make<UniVRM10.VRM10Object>("vrm");
            var binding = new UniVRM10.MorphTargetBinding { RelativePath = "Body", Index = 0, Weight = 0.6f };
            model.Expression.Happy = Make<UniVRM10.VRM10Expression>("whatever the importer calls it");
            model.Expression.Happy.MorphTargetBindings = new[] { binding };
            var wink = Make<UniVRM10.VRM10Expression>("wink");
            wink.MorphTargetBindings = new[] { binding };
            model.Expression.CustomClips.Add(wink);
            CharacterMaker.Add(mina, new UniVRM10.Vrm10Instance { Vrm = model });
            return mina;
        }

        [TestCase(false, "Joy")]
        [TestCase(true, "happy", "wink")]
        public void ExpressionsAreReadWhateverWayUniVrmCame(bool isVrm1, params string[] names)
        {
            var mina = isVrm1 ? Vrm1() : Vrm0();
            using (var stage = new UnityStage())
            {
                var character = Load(stage, mina, SmallPlan());
                Assert.That(character.ExpressionPresets, Is.EqualTo(names));
                Assert.That(character.Expressions, Is.EqualTo(names.Append("smile")));
                stage.SetExpression(new CaptureExpression { Name = "x", Key = names[0], Weight = 0.5f });
                Assert.That(Editor.Alive.OfType<SkinnedMeshRenderer>().Select(skin => skin.GetBlendShapeWeight(0)), Has.Some.EqualTo(30).Within(1e-3));
            }
        }
    }
}
