#nullable enable
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
    /// <summary>An error message with a button for each action.</summary>
    sealed class ErrorBox : VisualElement
    {
        readonly HelpBox _message;
        readonly VisualElement _buttons;
        LoraBridgeException? _shown;

        public ErrorBox()
        {
            Add(_message = new HelpBox("", HelpBoxMessageType.Error));
            Add(_buttons = new VisualElement());
            _buttons.style.flexDirection = FlexDirection.Row;
            _buttons.style.flexWrap = Wrap.Wrap;
            style.display = DisplayStyle.None;
        }

        /// <summary>Shows an error; null hides the box.</summary>
        public void Show(LoraBridgeException? error)
        {
            // Called with each update: buttons must not be replaced under the mouse.
            if (error == _shown) return;
            _shown = error;
            style.display = error == null ? DisplayStyle.None : DisplayStyle.Flex;
            _buttons.Clear();
            if (error == null) return;
            _message.text = $"{error.Message} {error.Hint}";
            foreach (var action in ErrorActions.For(error)) _buttons.Add(ButtonFor(action, error));
            if (LoraBridgeEditor.CanDismiss(error))
                _buttons.Add(new Button(LoraBridgeEditor.Dismiss) { name = "dismiss", text = Localization.Get(Text.Dismiss) });
        }

        /// <summary>The button that performs an action.</summary>
        public static Button ButtonFor(ErrorAction action, LoraBridgeException error)
          => new Button(() => Do(action, error)) { name = "action-" + action, text = Localization.Get(NameOf(action)) };

        static Text NameOf(ErrorAction action) => action switch
        {
            ErrorAction.ChooseNode => Text.ChooseNode,
            ErrorAction.ChoosePackage => Text.ChoosePackage,
            ErrorAction.OpenSettings => Text.OpenSettings,
            ErrorAction.StartDaemon => Text.StartDaemon,
            ErrorAction.CopyLog => Text.CopyLog,
            _ => Text.CopyError,
        };

        static void Do(ErrorAction action, LoraBridgeException error)
        {
            switch (action)
            {
                case ErrorAction.ChooseNode:
                    var node = EditorUtility.OpenFilePanel(Localization.Get(Text.ChooseNode), "", "");
                    if (node.Length > 0) BridgePreferences.Node = node;
                    break;
                case ErrorAction.ChoosePackage:
                    var folder = EditorUtility.OpenFolderPanel(Localization.Get(Text.ChoosePackage), "", "");
                    if (folder.Length > 0) BridgeSettings.instance.Command = folder;
                    break;
                case ErrorAction.OpenSettings:
                    SettingsService.OpenProjectSettings(SettingsPage.Path);
                    break;
                case ErrorAction.StartDaemon:
                    Commands.StartDaemon();
                    break;
                case ErrorAction.CopyLog when error.File is string log:
                    GUIUtility.systemCopyBuffer = ReadLog(log);
                    break;
                case ErrorAction.CopyError:
                    GUIUtility.systemCopyBuffer = $"{error.Code}: {error.Message}\n{error.Hint}\n{error.File}".Trim();
                    break;
            }
        }

        static string ReadLog(string file)
        {
            try
            {
                // The daemon may still be writing.
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
