#nullable enable
using System;
using System.Collections.Generic;
using UnityEngine;

namespace LoraBridge.Editor.Stage
{
    /// <summary>
    /// Steps to undo, in reverse order. Every step runs even if one before it failed: a leaked preview scene or a lasting
    /// animation mode would remain until the editor is restarted.
    /// </summary>
    sealed class CleanUp
    {
        readonly Stack<Action> _steps = new Stack<Action>();

        /// <summary>Adds a step. Call it right before or after what it undoes, with nothing that can fail in between.</summary>
        public void Add(Action step) => _steps.Push(step);

        /// <summary>Runs all steps, once. Exceptions are logged: no caller could handle them.</summary>
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
