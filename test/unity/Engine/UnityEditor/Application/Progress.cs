using System;
using System.Collections.Generic;
using DeclaredUnity;

namespace UnityEditor
{
    public static class Progress
    {
        /// <summary>The background tasks that the editor shows.</summary>
        internal static readonly Dictionary<int, Func<bool>> Running = new Dictionary<int, Func<bool>>();
        internal static Status? Last;
        static int _lastId;

        public enum Status
        {
            Running,
            Succeeded,
            Failed,
            Canceled,
        }

        public enum Options
        {
            None = 0,
            Managed = 8,
        }

        public enum TimeDisplayMode
        {
            NoTimeShown,
            ShowRunningTime,
            ShowRemainingTime,
        }

        public static int Start(string name, string description = null, Options options = Options.None, int parentId = -1)
        {
            Calls.Note("Progress.Start");
            Running.Add(++_lastId, null);
            return _lastId;
        }

        public static void Finish(int id, Status status = Status.Succeeded)
        {
            Running.Remove(id);
            Last = status;
            Calls.Note("Progress.Finish");
        }

        public static void Report(int id, int currentStep, int totalSteps, string description) => Calls.Note("Progress.Report");
        public static void RegisterCancelCallback(int id, Func<bool> callback) => Running[id] = callback;
        public static void SetTimeDisplayMode(int id, TimeDisplayMode displayMode) => Calls.Note("Progress.SetTimeDisplayMode");
        public static void SetRemainingTime(int id, long seconds) => Calls.Note("Progress.SetRemainingTime");
    }
}
