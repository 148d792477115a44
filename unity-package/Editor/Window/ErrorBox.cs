using System.IO;
using LoraBridge.Core.Daemon;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEngine;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>An error in words, and a button for each thing that may be done about it.</summary>
    sealed class ErrorBox : VisualElement
    {
        readonly HelpBox _message;
        readonly VisualElement _buttons;
        LoraBridgeException _shown;

        public ErrorBox()
        {
            Add(_message = new HelpBox("", HelpBoxMessageType.Error));
            Add(_buttons = new VisualElement());
            _buttons.style.flexDirection = FlexDirection.Row;
            _buttons.style.flexWrap = Wrap.Wrap;
            style.display = DisplayStyle.None;
        }

        /// <summary>Shows an error; null shows none.</summary>
        public void Show(LoraBridgeException error)
        {
            // Asked with each update: buttons must not be made anew under the mouse.
            if (error == _shown) return;
            _shown = error;
            style.display = error == null ? DisplayStyle.None : DisplayStyle.Flex;
            _buttons.Clear();
            if (error == null) return;
            _message.text = $"{error.Message} {error.Hint}";
            foreach (var remedy in Remedies.For(error)) _buttons.Add(ButtonFor(remedy, error));
            if (LoraBridgeEditor.CanDismiss(error))
                _buttons.Add(new Button(LoraBridgeEditor.Dismiss) { name = "dismiss", text = Localization.Get(Text.Dismiss) });
        }

        /// <summary>The button that does what a remedy says.</summary>
        public static Button ButtonFor(Remedy remedy, LoraBridgeException error)
          => new Button(() => Do(remedy, error)) { name = "remedy-" + remedy, text = Localization.Get(NameOf(remedy)) };

        static Text NameOf(Remedy remedy) => remedy switch
        {
            Remedy.ChooseNode => Text.ChooseNode,
            Remedy.ChoosePackage => Text.ChoosePackage,
            Remedy.OpenSettings => Text.OpenSettings,
            Remedy.StartDaemon => Text.StartDaemon,
            Remedy.CopyLog => Text.CopyLog,
            _ => Text.CopyError,
        };

        static void Do(Remedy remedy, LoraBridgeException error)
        {
            switch (remedy)
            {
                case Remedy.ChooseNode:
                    var node = EditorUtility.OpenFilePanel(Localization.Get(Text.ChooseNode), "", "");
                    if (node.Length > 0) BridgePreferences.Node = node;
                    break;
                case Remedy.ChoosePackage:
                    var folder = EditorUtility.OpenFolderPanel(Localization.Get(Text.ChoosePackage), "", "");
                    if (folder.Length > 0) BridgeSettings.instance.Command = folder;
                    break;
                case Remedy.OpenSettings:
                    SettingsService.OpenProjectSettings(SettingsPage.Path);
                    break;
                case Remedy.StartDaemon:
                    Commands.StartDaemon();
                    break;
                case Remedy.CopyLog:
                    GUIUtility.systemCopyBuffer = ReadLog(error.File);
                    break;
                case Remedy.CopyError:
                    GUIUtility.systemCopyBuffer = $"{error.Code}: {error.Message}\n{error.Hint}\n{error.File}".Trim();
                    break;
            }
        }

        static string ReadLog(string file)
        {
            try
            {
                // The daemon may still write it.
                using (var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
                using (var reader = new StreamReader(stream)) return reader.ReadToEnd();
            }
            catch (IOException error)
            {
                return error.Message;
            }
        }
    }
}
