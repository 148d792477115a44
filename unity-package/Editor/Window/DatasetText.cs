#nullable enable
using System.Collections.Generic;
using System.Linq;
using LoraBridge.Core.Protocol;
using LoraBridge.Editor.Texts;

namespace LoraBridge.Editor.Window
{
    /// <summary>The daemon's report on a prepared dataset as lines of text.</summary>
    static class DatasetText
    {
        // The daemon names up to 20 files for each note; more than a few would push the loss out of view.
        const int MaxFiles = 3;

        public static string Of(DatasetReport report)
        {
            var notes = report.Notes.Select(note => "• " + note.Message + (note.Files.Count > 0 ? $" ({Files(note)})" : ""));
            return string.Join("\n", notes.Prepend(Localization.Get(Text.PreparedDataset, report.Images, Counts(report.Framings), Counts(report.Faces))));
        }

        static string Counts(Dictionary<string, long> counts) => string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}"));

        static string Files(DatasetNote note)
            => string.Join(", ", note.Files.Take(MaxFiles)) + (note.Count > MaxFiles ? ", …" : "");
    }
}
