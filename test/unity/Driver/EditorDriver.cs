using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using UnityEditor;
using UnityEngine;
using UnityEngine.Rendering;
using UnityEngine.UIElements;
using Object = UnityEngine.Object;

namespace DeclaredUnity
{
    /// <summary>
    /// Plays the editor around the package: updates, menus, mouse clicks, play mode, domain reloads. Make one at the beginning of a test,
    /// on its thread, and dispose it at the end: whatever a test has left in the engine is gone then.
    /// </summary>
    public sealed class EditorDriver : IDisposable
    {
        readonly MainThread _mainThread = new MainThread();
        readonly SynchronizationContext _before = SynchronizationContext.Current;

        /// <summary>An editor with a new project in a folder.</summary>
        public EditorDriver(string project)
        {
            Reset();
            UnityEngine.Application.Project = project;
            SynchronizationContext.SetSynchronizationContext(_mainThread);
        }

        /// <summary>What the console shows, each with its kind: <c>error: …</c>.</summary>
        public IReadOnlyList<string> Console => Debug.Console;

        /// <summary>Every call into the engine since the beginning, such as <c>Camera.Render</c>.</summary>
        public IReadOnlyList<string> Calls => DeclaredUnity.Calls.Made;

        /// <summary>Called before each call into the engine; may throw instead of it.</summary>
        public Action<string> OnCall
        {
            set => DeclaredUnity.Calls.Hook = value;
        }

        /// <summary>All that exists now: objects, preview scenes, pose handlers.</summary>
        public IReadOnlyCollection<object> Alive => DeclaredUnity.Calls.Alive;

        /// <summary>Whether the editor is in play mode, or about to be.</summary>
        public bool IsPlaying
        {
            set => EditorApplication.isPlayingOrWillChangePlaymode = value;
        }

        /// <summary>Whether shaders compile.</summary>
        public bool IsCompilingShaders
        {
            set => ShaderUtil.anythingCompiling = value;
        }

        /// <summary>The editor's exit code; null while it runs.</summary>
        public int? ExitCode => EditorApplication.ExitCode;

        /// <summary>Language of the editor.</summary>
        public SystemLanguage Language
        {
            set => LocalizationDatabase.currentEditorLanguage = value;
        }

        /// <summary>Language of the operating system.</summary>
        public SystemLanguage SystemLanguage
        {
            set => UnityEngine.Application.systemLanguage = value;
        }

        /// <summary>The session's state, which a domain reload keeps: to be given to <see cref="SetSessionState"/> in the new domain.</summary>
        public Dictionary<string, string> GetSessionState() => new Dictionary<string, string>(SessionState.Strings);

        /// <summary>The state that the domain before has left.</summary>
        public void SetSessionState(IDictionary<string, string> state)
        {
            foreach (var pair in state) SessionState.Strings[pair.Key] = pair.Value;
        }

        /// <summary>One update of the editor: what was posted to the main thread, what the GPU has read back, and the update event.</summary>
        public void Tick()
        {
            _mainThread.Run();
            for (var count = AsyncGPUReadback.Pending.Count; count > 0; count--) AsyncGPUReadback.Pending.Dequeue()();
            EditorApplication.update?.Invoke();
        }

        /// <summary>Ticks until something is so; false when it was not in time.</summary>
        public bool TickUntil(Func<bool> condition, TimeSpan limit)
        {
            for (var end = DateTime.UtcNow + limit; !condition(); Thread.Sleep(2))
            {
                if (DateTime.UtcNow > end) return false;
                Tick();
            }
            return true;
        }

        /// <summary>Raises the event before a domain reload.</summary>
        public void ReloadDomain() => AssemblyReloadEvents.Reload();

        /// <summary>Raises the event of a closing editor.</summary>
        public void Quit() => EditorApplication.Quit();

        /// <summary>All menu items of an assembly, as the menu bar would show them.</summary>
        public static IReadOnlyList<string> MenuItems(Assembly assembly)
          => Commands(assembly).Where(command => !command.item.validate).Select(command => command.item.menuItem).ToList();

        /// <summary>Chooses a menu item. Returns false where it is greyed out. Throws KeyNotFoundException where there is none.</summary>
        public bool Choose(Assembly assembly, string path)
        {
            var commands = Commands(assembly).Where(command => command.item.menuItem == path).ToList();
            var isAllowed = commands.Where(command => command.item.validate).All(command => (bool)command.method.Invoke(null, null));
            if (commands.All(command => command.item.validate)) throw new KeyNotFoundException($"There is no menu item {path}.");
            if (!isAllowed) return false;
            commands.First(command => !command.item.validate).method.Invoke(null, null);
            return true;
        }

        static IEnumerable<(MenuItem item, MethodInfo method)> Commands(Assembly assembly)
          => assembly.GetTypes()
              .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
              .SelectMany(method => method.GetCustomAttributes<MenuItem>().Select(item => (item, method)));

        /// <summary>The windows that are open.</summary>
        public IReadOnlyList<EditorWindow> Windows => EditorWindow.All;

        /// <summary>The elements of a kind in a window, and of a name where one is given.</summary>
        public static IReadOnlyList<T> Find<T>(VisualElement root, string name = null) where T : VisualElement
          => root.Family.OfType<T>().Where(element => name == null || element.name == name).ToList();

        /// <summary>Clicks a button. Throws InvalidOperationException where it cannot be clicked.</summary>
        public static void Click(Button button)
        {
            if (!button.enabledSelf) throw new InvalidOperationException($"The button {button.text} is greyed out.");
            button.Press();
        }

        /// <summary>Drags objects over an element and lets them go. Returns whether the element has taken them.</summary>
        public bool Drop(VisualElement element, params Object[] objects)
        {
            DragAndDrop.objectReferences = objects;
            DragAndDrop.visualMode = DragAndDropVisualMode.None;
            element.Send(new DragUpdatedEvent());
            var isAccepted = DragAndDrop.visualMode == DragAndDropVisualMode.Copy;
            if (isAccepted) element.Send(new DragPerformEvent());
            DragAndDrop.objectReferences = new Object[0];
            return isAccepted;
        }

        /// <summary>Chooses Edit > Undo until nothing is left to undo.</summary>
        public void UndoAll()
        {
            while (Undo.Steps.Count > 0) Undo.Steps.Pop()();
            Undo.undoRedoPerformed?.Invoke();
        }

        /// <summary>Leaves what was done so far as it is.</summary>
        public static void ClearUndo() => Undo.Steps.Clear();

        /// <summary>Edits the first material of a character in the inspector.</summary>
        public static void EditMaterial(GameObject character) => character.GetComponentsInChildren<Renderer>()[0].sharedMaterials[0].Changes++;

        /// <summary>Clicks an element other than a button.</summary>
        public static void Click(VisualElement element) => element.Send(new ClickEvent());

        /// <summary>Draws with the mouse from one place in an element to another.</summary>
        public static void Draw(VisualElement element, Vector2 from, Vector2 to)
        {
            element.Send(new PointerDownEvent { localPosition = new Vector3(from.x, from.y, 0) });
            element.Send(new PointerMoveEvent { localPosition = new Vector3((from.x + to.x) / 2, (from.y + to.y) / 2, 0) });
            element.Send(new PointerMoveEvent { localPosition = new Vector3(to.x, to.y, 0) });
            element.Send(new PointerUpEvent { localPosition = new Vector3(to.x, to.y, 0) });
        }

        /// <summary>The file that a texture was decoded from.</summary>
        public static byte[] FileOf(Texture texture) => ((Texture2D)texture).File;

        /// <summary>The page of a settings provider.</summary>
        public static VisualElement Open(SettingsProvider provider)
        {
            var root = new VisualElement();
            provider.activateHandler("", root);
            return root;
        }

        /// <summary>The settings page that was opened last.</summary>
        public string OpenedSettings => SettingsService.Opened;

        /// <summary>What the user chooses in the next dialog for a file or a folder; nothing is "Cancel".</summary>
        public string ChosenPath
        {
            set => EditorUtility.Chosen = value;
        }

        /// <summary>What was copied last.</summary>
        public string Clipboard => GUIUtility.systemCopyBuffer;

        /// <summary>Background tasks that the editor shows now.</summary>
        public int RunningProgress => UnityEditor.Progress.Running.Count;

        /// <summary>Clicks the cross of the background task that is shown.</summary>
        public bool CancelProgress() => UnityEditor.Progress.Running.Values.Single()();

        /// <summary>Puts an object into a scene that is saved, in whose file another is in its place: null where it was made since.</summary>
        public void PutInSavedScene(GameObject target, Object onDisk)
        {
            target.OwnScene = new UnityEngine.SceneManagement.Scene { Handle = target.OwnScene.Handle, Path = "Assets/Scene.unity" };
            GlobalObjectId.OnDisk[target] = onDisk;
        }

        /// <summary>Puts an asset into the project.</summary>
        public void AddAsset(string path, params Object[] assets) => AssetDatabase.Assets[path] = assets.ToList();

        /// <summary>Makes an object of a scene the instance of an asset.</summary>
        public void SetPrefab(GameObject instance, GameObject asset) => PrefabUtility.Sources[instance] = asset;

        /// <summary>Whether the graphics card has room for render targets.</summary>
        public bool HasGraphicsMemory
        {
            set => RenderTexture.HasRoom = value;
        }

        /// <summary>Sets a serialized field of an object, such as a render pipeline's asset.</summary>
        public void SetField(Object target, string path, int value) => SerializedObject.Fields[(target, path)] = value;

        /// <summary>A serialized field of an object.</summary>
        public int GetField(Object target, string path) => SerializedObject.Fields[(target, path)];

        /// <summary>The project's render pipeline; null for the built-in one.</summary>
        public RenderPipelineAsset Pipeline
        {
            set => GraphicsSettings.currentRenderPipeline = value;
        }

        /// <summary>What the open scene and the editor are like where a capture could change them.</summary>
        public string Surroundings()
          => string.Join("; ", $"fog {RenderSettings.Own.Fog}", $"ambient {RenderSettings.Own.AmbientMode} {RenderSettings.Own.AmbientLight}",
              $"override {RenderSettings.Override != null}", $"animation {AnimationMode.Drivers.Count} {AnimationMode.IsSampling}",
              $"pipeline {Unsupported.useScriptableRenderPipeline}", $"async {ShaderUtil.allowAsyncCompilation}",
              $"selection {Selection.activeGameObject?.name}", $"progress {RunningProgress}");

        /// <inheritdoc/>
        public void Dispose()
        {
            Reset();
            SynchronizationContext.SetSynchronizationContext(_before);
        }

        static void Reset()
        {
            DeclaredUnity.Calls.Hook = null;
            foreach (var window in EditorWindow.All.ToArray()) window.Close();
            // Static constructors, and with them the package's own handlers, run once in a domain.
            DeclaredUnity.Calls.Clear();
            Debug.Console.Clear();
            AssetDatabase.Assets.Clear();
            PrefabUtility.Sources.Clear();
            RenderTexture.HasRoom = true;
            SerializedObject.Fields.Clear();
            SessionState.Strings.Clear();
            EditorPrefs.Strings.Clear();
            Undo.Steps.Clear();
            GlobalObjectId.OnDisk.Clear();
            EditorUtility.Chosen = "";
            GUIUtility.systemCopyBuffer = "";
            AsyncGPUReadback.Pending.Clear();
            AnimationMode.Drivers.Clear();
            UnityEditor.Progress.Running.Clear();
            RenderSettings.Own = new RenderSettings.Values();
            RenderSettings.Override = null;
            Selection.activeGameObject = null;
            GraphicsSettings.currentRenderPipeline = null;
            EditorApplication.ExitCode = null;
            EditorApplication.isPlayingOrWillChangePlaymode = false;
            ShaderUtil.anythingCompiling = false;
            LocalizationDatabase.currentEditorLanguage = UnityEngine.SystemLanguage.English;
            UnityEngine.Application.systemLanguage = UnityEngine.SystemLanguage.English;
        }

        /// <summary>Unity's main thread as others see it.</summary>
        sealed class MainThread : SynchronizationContext
        {
            readonly Queue<(SendOrPostCallback callback, object state)> _waiting = new Queue<(SendOrPostCallback, object)>();

            public override void Post(SendOrPostCallback d, object state)
            {
                lock (_waiting) _waiting.Enqueue((d, state));
            }

            public void Run()
            {
                while (true)
                {
                    (SendOrPostCallback callback, object state) next;
                    lock (_waiting)
                    {
                        if (_waiting.Count == 0) return;
                        next = _waiting.Dequeue();
                    }
                    next.callback(next.state);
                }
            }
        }
    }
}
