using DeclaredUnity;
using LoraBridge.Editor.Texts;
using NUnit.Framework;
using UnityEngine;

namespace LoraBridge.DeclaredUnity.Tests
{
    sealed class LanguageTests
    {
        [Test]
        public void TheEditorsLanguageIsFoundThoughItsClassIsInternal()
        {
            using var editor = new EditorDriver(System.IO.Path.GetTempPath()) { Language = SystemLanguage.Japanese };
            Assert.That(EditorLanguage.Current, Is.EqualTo(SystemLanguage.Japanese));
        }

        [TestCase("UnityEditor.LocalizationDatabase", "languageOfTheEditor")]
        [TestCase("UnityEditor.Localizations", "currentEditorLanguage")]
        public void WithoutAnEditorLanguageTheSystemsIsUsed(string type, string property)
        {
            var found = EditorLanguage.Find(type, property);
            Assert.That(found, Is.Null);
            using var editor = new EditorDriver(System.IO.Path.GetTempPath()) { Language = SystemLanguage.English, SystemLanguage = SystemLanguage.Japanese };
            Assert.That(EditorLanguage.Read(found), Is.EqualTo(SystemLanguage.Japanese));
        }
    }
}
