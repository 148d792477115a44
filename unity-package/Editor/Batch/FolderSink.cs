#nullable enable
using System.IO;
using System.Linq;
using LoraBridge.Core.Capture;
using Newtonsoft.Json.Linq;

namespace LoraBridge.Editor.Batch
{
    /// <summary>Writes shots into a folder that lora-bridge trains on: <c>NAME.png</c> and <c>NAME.shot.json</c>.</summary>
    sealed class FolderSink : IShotSink
    {
        readonly string _folder;

        public FolderSink(string folder) => _folder = Directory.CreateDirectory(folder).FullName;

        public void Accept(TakenShot shot)
        {
            var planned = shot.Planned;
            var facts = new JObject
            {
                ["pose"] = planned.Pose.Name,
                ["yaw"] = planned.Angle.Yaw,
                ["pitch"] = planned.Angle.Pitch,
                ["framing"] = planned.Framing.ToString().ToLowerInvariant(),
            };
            if (planned.Expression.Name.Length > 0) facts["expression"] = planned.Expression.Name;
            if (shot.Regions.Count > 0)
                facts["regions"] = new JObject(shot.Regions.Select(region => new JProperty(region.Key, new JObject
                {
                    ["x"] = region.Value.X,
                    ["y"] = region.Value.Y,
                    ["width"] = region.Value.Width,
                    ["height"] = region.Value.Height,
                    ["confidence"] = region.Value.Confidence,
                })));
            Write(planned.Name + ".png", shot.Png);
            Write(planned.Name + ".shot.json", System.Text.Encoding.UTF8.GetBytes(facts.ToString()));
        }

        void Write(string name, byte[] bytes)
        {
            using (var stream = new FileStream(Path.Combine(_folder, name), FileMode.Create, FileAccess.Write))
            {
                stream.Write(bytes, 0, bytes.Length);
                stream.Flush(true);
            }
        }
    }
}
