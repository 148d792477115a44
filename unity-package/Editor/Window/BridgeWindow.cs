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
        [SerializeField] GameObject _character;
        [SerializeField] PlanChoice _plan = new PlanChoice();

        SetupPanel _setupPanel;
        CharacterPanel _characterPanel;
        PlanPanel _planPanel;
        RunPanel _runPanel;
        GalleryPanel _galleryPanel;
        TrainingPanel _trainingPanel;
        PreviewPanel _previewPanel;
        BridgeLanguage _language;
        bool _hadDraft;

        /// <summary>Opens the window, or brings it to the front.</summary>
        [MenuItem("Window/LoRA Bridge")]
        public static BridgeWindow Open() => GetWindow<BridgeWindow>("LoRA Bridge");

        /// <summary>The character that is captured.</summary>
        public GameObject Character
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
            DisposePanels();
        }

        void OnDestroy() => _plan.DropDraft();

        void CreateGUI() => Rebuild();

        void FollowUndo()
        {
            // Undo may have restored a draft or removed it.
            if (_plan.HasDraft) PlanDraft.Save(_plan.Asset);
            else if (_hadDraft) PlanDraft.Clear();
            Refresh();
        }

        void FollowSettings()
        {
            // Rebuilding the window loses focus and scroll position, and decodes every image again: only when the language changes.
            if (_language != BridgeSettings.instance.Language) Rebuild();
            else
            {
                _setupPanel?.Check();
                Refresh();
            }
        }

        void Rebuild()
        {
            _language = BridgeSettings.instance.Language;
            DisposePanels();
            rootVisualElement.Clear();
            var page = new ScrollView();
            rootVisualElement.Add(page);
            page.Add(_setupPanel = new SetupPanel());
            page.Add(_characterPanel = new CharacterPanel(this));
            page.Add(_planPanel = new PlanPanel(this));
            page.Add(_runPanel = new RunPanel(this));
            page.Add(_galleryPanel = new GalleryPanel());
            page.Add(_trainingPanel = new TrainingPanel(this));
            page.Add(_previewPanel = new PreviewPanel());
            Refresh();
        }

        void DisposePanels()
        {
            _setupPanel?.Dispose();
            _characterPanel?.Dispose();
            _planPanel?.Dispose();
            _galleryPanel?.Dispose();
            _previewPanel?.Dispose();
            _setupPanel = null;
            _characterPanel = null;
            _planPanel = null;
            _runPanel = null;
            _galleryPanel = null;
            _previewPanel = null;
        }

        /// <summary>Updates everything.</summary>
        internal void Refresh()
        {
            _hadDraft = _plan.HasDraft;
            if (_characterPanel == null) return;
            _characterPanel.Refresh();
            _planPanel.Refresh();
            ShowProgress();
        }

        // While shots are taken, with each update of the editor: character and plan do not change then.
        void Follow()
        {
            if (LoraBridgeEditor.IsCapturing) ShowProgress();
            else Refresh();
        }

        void ShowProgress()
        {
            if (_runPanel == null) return;
            _setupPanel.Refresh();
            _runPanel.Refresh();
            _galleryPanel.Refresh();
            _trainingPanel.Refresh();
            _previewPanel.Refresh();
        }
    }
}
