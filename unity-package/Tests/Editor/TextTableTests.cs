#nullable enable
using System;
using System.Linq;
using System.Text.RegularExpressions;
using LoraBridge.Editor.Texts;
using NUnit.Framework;

namespace LoraBridge.Editor.Tests
{
    sealed class TextTableTests
    {
        static readonly Text[] All = (Text[])Enum.GetValues(typeof(Text));

        [TestCaseSource(nameof(All))]
        public void EveryTextIsThereInBothLanguages(Text text)
        {
            Assert.That(TextTable.Rows.Keys, Does.Contain(text));
            var (english, japanese) = TextTable.Rows[text];
            Assert.That(english, Is.Not.Empty);
            Assert.That(japanese, Is.Not.Empty);
            Assert.That(Placeholders(japanese), Is.EqualTo(Placeholders(english)));
        }

        static string[] Placeholders(string text)
          => Regex.Matches(text, @"\{\d[^}]*\}").Cast<Match>().Select(match => match.Value).OrderBy(value => value).ToArray();
    }
}
