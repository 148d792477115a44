using LoraBridge.Core.Plan;
using NUnit.Framework;

namespace LoraBridge.Core.Tests.Plan
{
    public class PromptTemplateTests
    {
        [TestCase(PromptTemplate.Default, "sks", "girl", "an illustration of a sks girl")]
        [TestCase(PromptTemplate.Default, " mna ", "", "an illustration of a mna")]
        [TestCase("photo of [class] [trigger], [trigger]", "ohwx", "robot", "photo of robot ohwx, ohwx")]
        [TestCase("as it was written", "sks", "girl", "as it was written")]
        public void TheCharactersWordsArePutIn(string template, string trigger, string kind, string prompt)
          => Assert.That(PromptTemplate.Fill(template, trigger, kind), Is.EqualTo(prompt));
    }
}
