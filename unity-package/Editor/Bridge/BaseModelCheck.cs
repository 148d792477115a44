#nullable enable
using System.IO;
using System.Text.RegularExpressions;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Texts;

namespace LoraBridge.Editor.Bridge
{
    /// <summary>What can be checked of a base model before the daemon opens it.</summary>
    static class BaseModelCheck
    {
        /// <summary>The problem, or null. Paths on another machine cannot be checked.</summary>
        public static LoraBridgeException? Problem(string model, bool isOwnMachine)
        {
            if (model.Trim().Length == 0)
                return new LoraBridgeException("input.option.invalid", Localization.Get(Text.NoBaseModel));
            var isPath = Path.IsPathRooted(model) || Regex.IsMatch(model, @"^[A-Za-z]:[\\/]");
            if (!isPath || !isOwnMachine || File.Exists(model) || Directory.Exists(model)) return null;
            return new LoraBridgeException("input.file.missing", Localization.Get(Text.BaseModelMissing, model), file: model);
        }
    }
}
