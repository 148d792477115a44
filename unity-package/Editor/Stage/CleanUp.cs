using System;
using System.Collections.Generic;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>
    /// What has to be undone, in the reverse order. Every step runs even where one before it failed: a leaked preview scene or a lasting
    /// animation mode would stay with the user until the editor is restarted.
    /// </summary>
    sealed class CleanUp
    {
        readonly Stack<Action> _steps = new Stack<Action>();

        /// <summary>Remembers a step. Call it before or right after what it undoes, with nothing that can fail in between.</summary>
        public void Add(Action step) => _steps.Push(step);

        /// <summary>Undoes everything, once. Failures are logged: nobody could do anything about them.</summary>
        public void Run()
        {
            while (_steps.Count > 0)
            {
                try
                {
                    _steps.Pop()();
                }
                catch (Exception error)
                {
                    Debug.LogException(error);
                }
            }
        }
    }
}
