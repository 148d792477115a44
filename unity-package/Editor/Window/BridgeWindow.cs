#nullable enable
using LoraBridge.Editor.Bridge;
using LoraBridge.Editor.Plans;
using LoraBridge.Editor.Settings;
using LoraBridge.Editor.Texts;
using UnityEditor;
using UnityEngine;
using UnityEngine.UIElements;

namespace LoraBridge.Editor.Window
{
    /// <summary>
    /// <c>Window > LoRA Bridge</c>: from the character to the previews. It shows the state of <see cref="LoraBridgeEditor"/> and holds
    /// none itself: closing it stops nothing.
    /// </summary>
    [HelpURL(Manual.Page)]
    public sealed class BridgeWindow : EditorWindow
    {
        [SerializeField] GameObject? _character;
        [SerializeField] PlanChoice _plan = new PlanChoice();

        BridgePage? _page;
        BridgeLanguage _language;
        bool _hadDraft;

        /// <summary>Opens the window, or brings it to the front.</summary>
        [MenuItem("Window/LoRA Bridge")]
        public static BridgeWindow Open() => GetWindow<BridgeWindow>("LoRA Bridge");

        /// <summary>The character that is captured.</summary>
        public GameObject? Character
        {
            get => _character;
            set
            {
                _character = value;
                _plan.Invalidate();
                Refresh();
            }
        }

        /// <summary>The plan of its capture.</summary>
        public PlanChoice Plan => _plan;

        void OnEnable()
        {
            minSize = new Vector2(360, 480);
            if (_plan.Asset == null) _plan.Asset = PlanDraft.Restore();
            LoraBridgeEditor.Changed += Follow;
            Undo.undoRedoPerformed += FollowUndo;
            BridgeSettings.Changed += FollowSettings;
        }

        void OnDisable()
        {
            LoraBridgeEditor.Changed -= Follow;
            Undo.undoRedoPerformed -= FollowUndo;
            BridgeSettings.Changed -= FollowSettings;
            _page?.Dispose();
            _page = null;
        }

        void OnDestroy() => _plan.DropDraft();

        void CreateGUI() => Rebuild();

        void FollowUndo()
        {
            // Undo may have restored a draft or removed it.
            if (_plan.Draft is CapturePlanAsset draft) PlanDraft.Save(draft);
            else if (_hadDraft) PlanDraft.Clear();
            Refresh();
        }

        void FollowSettings()
        {
            // Rebuilding the window loses focus and scroll position, and decodes every image again: only when the language changes.
            if (_language != BridgeSettings.instance.Language) Rebuild();
            else
            {
                _page?.CheckSetup();
                Refresh();
            }
        }

        void Rebuild()
        {
            _language = BridgeSettings.instance.Language;
            _page?.Dispose();
            rootVisualElement.Clear();
            rootVisualElement.Add(_page = new BridgePage(this));
            Refresh();
        }

        /// <summary>Updates everything.</summary>
        internal void Refresh()
        {
            _hadDraft = _plan.Draft != null;
            _page?.Refresh();
        }

        // While shots are taken, with each update of the editor: character and plan do not change then.
        void Follow()
        {
            if (LoraBridgeEditor.IsCapturing) _page?.RefreshProgress();
            else Refresh();
        }
    }
}
