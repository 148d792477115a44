#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LoraBridge.Core.Capture;
using LoraBridge.Core.Plan;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Outbox
{
    /// <summary>
    /// Shots waiting to be sent to the daemon, in a folder: one file for each, the binary frame as it will be sent. A shot leaves the
    /// folder only when the daemon has it on disk. Thread-safe.
    /// </summary>
    public sealed class ShotOutbox : IShotSink
    {
        const string Extension = ".shot";
        const int MaxRefusals = 3;
        static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

        readonly string _folder;
        readonly object _lock = new object();
        readonly object _adding = new object();
        readonly SortedDictionary<long, WaitingShot> _shots = new SortedDictionary<long, WaitingShot>();
        readonly Dictionary<string, WaitingShot> _byId = new Dictionary<string, WaitingShot>();
        long _lastNumber;

        /// <summary>Opens the folder, creating it if necessary, with the shots of earlier sessions.</summary>
        public ShotOutbox(string folder)
        {
            _folder = Path.GetFullPath(folder);
            try
            {
                Directory.CreateDirectory(_folder);
                foreach (var file in Directory.GetFiles(_folder, "*" + Extension).OrderBy(file => file, StringComparer.Ordinal))
                    Restore(file);
            }
            catch (Exception error) when (DiskError.IsOne(error))
            {
                throw DiskError.Name(error, _folder);
            }
        }

        /// <summary>Raised on the thread that has added a shot.</summary>
        internal event Action? Added;

        /// <summary>How many shots wait for the daemon.</summary>
        public int Count
        {
            get { lock (_lock) return _shots.Count; }
        }

        /// <summary>Their size in bytes.</summary>
        public long Bytes
        {
            get { lock (_lock) return _shots.Values.Sum(shot => shot.Length); }
        }

        /// <summary>Where permanently refused shots are kept.</summary>
        public string RefusedFolder => Path.Combine(_folder, "refused");

        /// <inheritdoc/>
        public void Accept(TakenShot shot)
        {
            var planned = shot.Planned;
            var metadata = new ShotMetadata
            {
                Id = shot.Id.ToString("D"),
                Character = shot.Character,
                Name = planned.Name,
                Sha256 = shot.Sha256,
                Bytes = shot.Png.Length,
                Pose = planned.Pose.Name,
                Yaw = planned.Angle.Yaw,
                Pitch = planned.Angle.Pitch,
                Framing = FramingOf(planned.Framing),
                Expression = planned.Expression.Name == "" ? null : planned.Expression.Name,
                Regions = shot.Regions.Count == 0 ? null : shot.Regions.ToDictionary(pair => pair.Key, pair => RegionOf(pair.Value)),
            };
            Add(metadata, shot.Png);
        }

        /// <summary>
        /// Adds a shot. It is on disk when this returns. A shot whose id is already present is left as it is.
        /// Throws <c>input.message.invalid</c> when the metadata break a rule, <c>resource.disk.full</c>, <c>input.file.denied</c>.
        /// </summary>
        public void Add(ShotMetadata metadata, byte[] picture)
        {
            // Validated here, where the caller can still react, rather than by the daemon.
            ShotMetadata.Parse(metadata.ToJson());
            if (metadata.Bytes != picture.Length)
                throw new LoraBridgeException("input.message.invalid", $"{metadata.Name} has {picture.Length} bytes, not {metadata.Bytes}.");
            // One at a time; the sender reads and deletes others concurrently.
            lock (_adding)
            {
                lock (_lock)
                    if (_byId.ContainsKey(metadata.Id)) return;
                var head = Frame.EncodeHead(metadata);
                var number = ++_lastNumber;
                var file = Path.Combine(_folder, $"{number:D10}.{metadata.Id}{Extension}");
                Write(file, head, picture);
                lock (_lock) Insert(new WaitingShot(metadata.Id, file, number, head.Length + picture.Length));
            }
            Added?.Invoke();
        }

        /// <summary>The oldest shot that is not in flight and may be sent now.</summary>
        internal WaitingShot? Next(ICollection<string> underWay)
        {
            var now = DateTime.UtcNow;
            lock (_lock)
            {
                // At most as many are in flight as the daemon grants credits, so the loop is short.
                foreach (var shot in _shots.Values)
                    if (shot.NotBefore <= now && !underWay.Contains(shot.Id)) return shot;
            }
            return null;
        }

        /// <summary>The frame as a stream; null when the file was deleted.</summary>
        internal FileStream? Open(WaitingShot shot)
        {
            try
            {
                return new FileStream(shot.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            }
            catch (Exception error) when (error is FileNotFoundException || error is DirectoryNotFoundException)
            {
                Remove(shot.Id);
                return null;
            }
        }

        /// <summary>The daemon has stored the shot: deletes it here.</summary>
        internal void Acknowledge(string id)
        {
            // A file that cannot be deleted now is sent again after the next start, and acknowledged as a duplicate.
            if (Remove(id) is WaitingShot shot) TryDelete(shot.File);
        }

        /// <summary>Deletes a shot that has not been sent; one in flight may still arrive. Returns whether it was present.</summary>
        public bool Withdraw(string id)
        {
            if (!(Remove(id) is WaitingShot shot)) return false;
            TryDelete(shot.File);
            return true;
        }

        /// <summary>
        /// The daemon refused the shot. One that may succeed later stays; any other is moved to <see cref="RefusedFolder"/>. Returns whether it stays.
        /// </summary>
        internal bool Refuse(string id, WireError error)
        {
            lock (_lock)
            {
                // A file that was corrupted on this disk would be refused forever.
                if (error.Retryable && _byId.TryGetValue(id, out var waiting)
                    && (!error.Code.StartsWith("input.", StringComparison.Ordinal) || ++waiting.Refusals < MaxRefusals))
                {
                    waiting.NotBefore = DateTime.UtcNow + RetryDelay;
                    return true;
                }
            }
            if (!(Remove(id) is WaitingShot shot)) return false;
            try
            {
                Directory.CreateDirectory(RefusedFolder);
                var target = Path.Combine(RefusedFolder, Path.GetFileName(shot.File));
                File.Delete(target);
                File.Move(shot.File, target);
            }
            catch (Exception failure) when (DiskError.IsOne(failure))
            {
                // It stays in the folder, and is refused again after the next start.
            }
            return false;
        }

        WaitingShot? Remove(string id)
        {
            lock (_lock)
            {
                if (!_byId.TryGetValue(id, out var shot)) return null;
                _byId.Remove(id);
                _shots.Remove(shot.Number);
                return shot;
            }
        }

        void Insert(WaitingShot shot)
        {
            _shots.Add(shot.Number, shot);
            _byId.Add(shot.Id, shot);
        }

        /// <summary>
        /// Written under its final name: a truncated file is recognized by its length, so that nothing depends on whether the
        /// renaming of a file survives a power cut, which .NET cannot guarantee.
        /// </summary>
        static void Write(string file, byte[] head, byte[] picture)
        {
            try
            {
                using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read, 1);
                stream.Write(head, 0, head.Length);
                stream.Write(picture, 0, picture.Length);
                stream.Flush(true);
            }
            catch (Exception error) when (DiskError.IsOne(error))
            {
                TryDelete(file);
                throw DiskError.Name(error, file);
            }
        }

        void Restore(string file)
        {
            var parts = Path.GetFileName(file).Split('.');
            if (parts.Length != 3 || !long.TryParse(parts[0], out var number)) return;
            _lastNumber = Math.Max(_lastNumber, number);
            try
            {
                Restore(file, number, parts[1]);
            }
            catch (Exception error) when (DiskError.IsOne(error))
            {
                // Locked by another program, or not readable: the next start tries again.
            }
        }

        void Restore(string file, long number, string id)
        {
            var length = new FileInfo(file).Length;
            // It was never reported as safe, so the shot will be taken again.
            if (!IsWhole(file, length) || _byId.ContainsKey(id)) TryDelete(file);
            else Insert(new WaitingShot(id, file, number, length));
        }

        static bool IsWhole(string file, long length)
        {
            using var stream = File.OpenRead(file);
            var head = new byte[Math.Min(length, Frame.MaxHeadBytes)];
            for (var at = 0; at < head.Length; )
            {
                var read = stream.Read(head, at, head.Length - at);
                if (read == 0) return false;
                at += read;
            }
            try
            {
                var frame = Frame.Open(new ArraySegment<byte>(head));
                return head.Length - frame.Bytes.Count + frame.ReadShot().Bytes == length;
            }
            catch (LoraBridgeException)
            {
                return false;
            }
        }

        static void TryDelete(string file)
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception error) when (DiskError.IsOne(error))
            {
                // The next start checks it again.
            }
        }

        static Protocol.Framing FramingOf(ShotFraming framing)
        {
            switch (framing)
            {
                case ShotFraming.Upper: return Protocol.Framing.Upper;
                case ShotFraming.Face: return Protocol.Framing.Face;
                default: return Protocol.Framing.Full;
            }
        }

        static Region RegionOf(PictureRegion region) => new Region
        {
            X = region.X,
            Y = region.Y,
            Width = region.Width,
            Height = region.Height,
            Confidence = region.Confidence,
        };
    }
}
