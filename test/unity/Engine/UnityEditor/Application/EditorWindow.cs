using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using DeclaredUnity;
using UnityEngine;
using UnityEngine.UIElements;

namespace UnityEditor
{
    public class EditorWindow : ScriptableObject
    {
        internal static readonly List<EditorWindow> All = new List<EditorWindow>();

        public VisualElement rootVisualElement { get; } = new VisualElement();
        public Vector2 minSize { get; set; }

        public static T GetWindow<T>(string title) where T : EditorWindow
        {
            Calls.Note("EditorWindow.GetWindow");
            var open = All.OfType<T>().FirstOrDefault();
            if (open != null) return open;
            var window = CreateInstance<T>();
            window.name = title;
            All.Add(window);
            window.Message("OnEnable");
            window.Message("CreateGUI");
            return window;
        }

        public void Close()
        {
            Message("OnDisable");
            Message("OnDestroy");
            All.Remove(this);
            DestroyImmediate(this);
        }

        // Unity finds its messages by name, whatever their visibility.
        internal void Message(string name)
          => GetType().GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, null, Type.EmptyTypes, null)
              ?.Invoke(this, null);
    }
}
