using System;
using System.Collections.Generic;
using UnityEngine;

namespace VRM
{
    public struct BlendShapeBinding
    {
        public String RelativePath;
        public int Index;
        public float Weight;
    }

    public class BlendShapeClip : ScriptableObject
    {
        public string BlendShapeName = "";
        public BlendShapeBinding[] Values = new BlendShapeBinding[] {};
    }

    public class BlendShapeAvatar : ScriptableObject
    {
        public List<BlendShapeClip> Clips = new List<BlendShapeClip>();
    }

    public class VRMBlendShapeProxy : MonoBehaviour
    {
        public BlendShapeAvatar BlendShapeAvatar;
    }
}
