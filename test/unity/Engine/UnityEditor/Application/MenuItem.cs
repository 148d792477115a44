using System;
using UnityEngine;

namespace UnityEditor
{
    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    public sealed class MenuItem : Attribute
    {
        public string menuItem;
        public bool validate;
        public int priority;

        public MenuItem(string itemName) : this(itemName, false) {}

        public MenuItem(string itemName, bool isValidateFunction)
        {
            menuItem = itemName;
            validate = isValidateFunction;
        }
    }

    public sealed class Selection
    {
        public static GameObject activeGameObject { get; set; }
    }

    internal class LocalizationDatabase
    {
        public static SystemLanguage currentEditorLanguage { get; set; } = SystemLanguage.English;
    }
}
