using System;
using System.Linq;
using DeclaredUnity;

namespace UnityEngine
{
    public struct HumanPose
    {
        public Vector3 bodyPosition;
        public Quaternion bodyRotation;
        public float[] muscles;
    }

    public class HumanPoseHandler : IDisposable
    {
        public HumanPoseHandler(Avatar avatar, Transform root)
        {
            Calls.Note("new HumanPoseHandler");
            Calls.Alive.Add(this);
        }

        public void GetHumanPose(ref HumanPose humanPose)
        {
            Calls.Note("HumanPoseHandler.GetHumanPose");
            humanPose.muscles = new float[HumanTrait.MuscleCount];
        }

        public void SetHumanPose(ref HumanPose humanPose)
        {
            Calls.Note("HumanPoseHandler.SetHumanPose");
            Last = humanPose.muscles.ToArray();
        }

        public void Dispose()
        {
            Calls.Alive.Remove(this);
            Calls.Note("HumanPoseHandler.Dispose");
        }

        internal static float[] Last;
    }

    public class HumanTrait
    {
        internal static readonly string[] Names = { "Spine Front-Back", "Head Nod Down-Up", "Left Arm Down-Up", "Right Arm Down-Up" };

        public static int MuscleCount => Names.Length;
        public static string[] MuscleName => Names;
    }
}
