#nullable enable
using LoraBridge.Core.Outbox;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEngine;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>Actions on a trained file on this machine.</summary>
    sealed class ResultRow : VisualElement
    {
        readonly Label _notice;
        string? _shown;

        public ResultRow()
        {
            var row = new VisualElement();
            row.style.flexDirection = FlexDirection.Row;
            row.style.flexWrap = Wrap.Wrap;
            row.Add(Make("show-result", Text.ShowInExplorer, EditorUtility.RevealInFinder));
            row.Add(Make("copy-result-path", Text.CopyPath, lora => GUIUtility.systemCopyBuffer = lora));
            row.Add(Make("copy-to-webui", Text.CopyToWebUi, CopyToWebUi));
            Add(row);
            Add(_notice = new Label { name = "result-notice" });
        }

        static string? Lora => LoraBridgeEditor.Training.Lora;

        static Button Make(string name, Text text, System.Action<string> action) => new Button(() =>
        {
            if (Lora is string lora) action(lora);
        }) { name = name, text = Localization.Get(text) };

        void CopyToWebUi(string lora)
        {
            if (BridgePreferences.LoraFolder.Length == 0)
                BridgePreferences.LoraFolder = EditorUtility.OpenFolderPanel(Localization.Get(Text.LoraFolder), "", "Lora");
            if (BridgePreferences.LoraFolder.Length == 0) return;
            try
            {
                _notice.text = Localization.Get(Text.CopiedTo, LoraCopy.To(lora, BridgePreferences.LoraFolder, LoraBridgeEditor.Training.Character));
            }
            catch (LoraBridgeException error)
            {
                // The folder may be gone: the next click opens the folder dialog again.
                BridgePreferences.LoraFolder = "";
                LoraBridgeEditor.ShowError(error);
            }
        }

        public void Refresh()
        {
            style.display = Lora == null ? DisplayStyle.None : DisplayStyle.Flex;
            if (_shown == Lora) return;
            _shown = Lora;
            _notice.text = "";
        }
    }
}
