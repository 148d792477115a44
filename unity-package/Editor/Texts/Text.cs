#nullable enable
namespace LoraBridge.Editor.Texts
{
    /// <summary>Keys of all texts that the editor shows; <see cref="TextTable"/> holds them in each language.</summary>
    public enum Text
    {
        // Window
        Setup, Daemon, CheckAgain, Searching, DaemonNotStarted, ChooseNode, ChoosePackage, ChooseModel, OpenSettings, StartDaemon, CopyLog, CopyError, Dismiss,
        NoBaseModel, BaseModelMissing,
        Shot, ShotHint, ShotExcluded, DrawFace, Caption, CaptionHint, Exclude, Include, Retake, Delete, Skip,
        AdviceHead, AdviceHand, AdviceFace, AdviceNoFace,
        Character, CharacterHint, FramingPreview, Plan, PlanPreset, PlanAsset, PlanSave, PlanSize, PlanExpressions, PlanEdit,
        Capture, Train, CaptureAndTrain, Cancel, StopTraining, ResumeTraining,
        Gallery, GalleryEmpty, ShotSafe, ShotInspected, ShotRejected, ShotUnsure,
        Training, Loss, Previews, PreviewStep, Wipe, BaseModelPicture, NoPreviews,
        // Options of a training
        BaseModel, Trigger, Class, Prompt, Steps, Rank, LearningRate, PreviewEvery, Precision,
        BaseModelHint, TriggerHint, ClassHint, PromptHint, StepsHint, RankHint, LearningRateHint, PreviewEveryHint, PrecisionHint,
        KnownModels, KnownModelsHint, NeedsDiffusers, CheckDataset, CheckDatasetHint, ShotSummary, PreparedDataset,
        ShowInExplorer, CopyPath, CopyToWebUi, CopiedTo, LoraFolder, LoraFolderHint,
        CaptureHint, TrainHint, CaptureAndTrainHint, PlanPresetHint, PlanAssetHint,
        // Plan presets
        PresetDefault, PresetAround, PresetTurntable, PresetFaces, PresetEverything,
        // Status
        Idle, Capturing, CaptureFinished, CaptureCancelled, CaptureWaiting,
        TrainingQueued, TrainingRuns, TrainingSucceeded, TrainingFailed, TrainingCancelled, TrainingInterrupted, TimeLeft,
        Connected, Connecting, StartingDaemon, NoDaemon, ShotsWaiting,
        // Preflight
        Fix, ProjectFine, NoGraphics, NoReadback, NoHalfFloats, FewSkinWeights, UnknownPipeline,
        UrpAlpha, HdrpColor, HdrpCustom, HdrpPost, NoRenderer, NotHumanoid, SpringBones, UnbakedOutfit,
        // Settings
        SettingsTitle, Node, NodeHint, Command, CommandHint, ChooseFile, ChooseFolder, Descriptor, DescriptorHint, Address, AddressHint, Token, Language, LanguageAuto,
        // Messages of the menu and of batch mode
        SelectCharacter, DaemonStopped,
    }
}
