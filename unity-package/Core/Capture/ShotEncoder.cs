#nullable enable
using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using LoraBridge.Core.Pictures;
using LoraBridge.Core.Plan;

namespace LoraBridge.Core.Capture
{
    /// <summary>
    /// Mattes and encodes shots and passes them to the sink, in order, on its own thread. It holds few rendered shots at a time: check
    /// <see cref="HasRoom"/> before adding one.
    /// </summary>
    sealed class ShotEncoder
    {
        /// <summary>One being encoded and one waiting: more would cost memory and gain nothing.</summary>
        const int MaxPending = 2;

        readonly object _lock = new object();
        readonly Queue<PendingShot> _queue = new Queue<PendingShot>();
        readonly Queue<TakenShot> _accepted = new Queue<TakenShot>();
        readonly CaptureCursor _capture;
        readonly IShotSink _sink;
        readonly byte[] _rgba;
        int _pending;
        bool _stopped;
        Exception? _error;

        public ShotEncoder(CaptureCursor capture, IShotSink sink)
        {
            _capture = capture;
            _sink = sink;
            _rgba = new byte[capture.Plan.Width * capture.Plan.Height * 4];
            new Thread(Work) { IsBackground = true, Name = "LoRA Bridge shots" }.Start();
        }

        public bool HasRoom
        {
            get { lock (_lock) return _pending < MaxPending; }
        }

        /// <summary>Adds a rendered shot. The encoder owns the passes from now on.</summary>
        public void Add(PlannedShot shot, IReadOnlyDictionary<string, PictureRegion> regions, RenderedPasses passes)
        {
            lock (_lock)
            {
                _queue.Enqueue(new PendingShot(shot, regions, passes));
                _pending++;
                Monitor.PulseAll(_lock);
            }
        }

        /// <summary>The next shot that the sink has accepted, or null. Once all accepted shots were returned, throws the error that stopped the encoder.</summary>
        public TakenShot? Collect()
        {
            lock (_lock)
            {
                if (_accepted.Count > 0) return _accepted.Dequeue();
                if (_error != null) throw _error;
                return null;
            }
        }

        /// <summary>Drops the waiting shots and ends the thread after the current one, without waiting for it.</summary>
        public void Stop()
        {
            lock (_lock)
            {
                _stopped = true;
                while (_queue.Count > 0) _queue.Dequeue().RenderedPasses.Dispose();
                Monitor.PulseAll(_lock);
            }
        }

        void Work()
        {
            while (Next() is PendingShot pending)
            {
                try
                {
                    TakenShot shot;
                    using (pending.RenderedPasses) shot = Encode(pending);
                    _sink.Accept(shot);
                    lock (_lock)
                    {
                        _accepted.Enqueue(shot);
                        _pending--;
                    }
                }
                catch (Exception error)
                {
                    // A later shot must not overtake the one that failed.
                    lock (_lock) _error = error;
                    Stop();
                }
            }
        }

        PendingShot? Next()
        {
            lock (_lock)
            {
                while (_queue.Count == 0 && !_stopped) Monitor.Wait(_lock);
                return _stopped ? null : _queue.Dequeue();
            }
        }

        TakenShot Encode(PendingShot pending)
        {
            var plan = _capture.Plan;
            var quality = Matting.Matte(pending.RenderedPasses, plan.Supersampling, _rgba);
            PictureCheck.Check(_rgba, pending.Shot.Name);
            var png = PngEncoder.Encode(_rgba, plan.Width, plan.Height);
            using var algorithm = SHA256.Create();
            var sha256 = Hexadecimal(algorithm.ComputeHash(png));
            var name = $"{_capture.Id:N} {pending.Shot.Name} {sha256}";
            var id = IdOf(algorithm.ComputeHash(Encoding.UTF8.GetBytes(name)));
            return new TakenShot(id, _capture.Character, pending.Shot, pending.Regions, png, sha256, quality);
        }

        /// <summary>A UUID of version 8 (RFC 9562) from a hash.</summary>
        static Guid IdOf(byte[] hash)
        {
            hash[6] = (byte)(hash[6] & 0x0f | 0x80);
            hash[8] = (byte)(hash[8] & 0x3f | 0x80);
            return new Guid(Hexadecimal(hash).Substring(0, 32));
        }

        static string Hexadecimal(byte[] bytes) => BitConverter.ToString(bytes).Replace("-", "").ToLowerInvariant();

        sealed class PendingShot
        {
            public readonly PlannedShot Shot;
            public readonly IReadOnlyDictionary<string, PictureRegion> Regions;
            public readonly RenderedPasses RenderedPasses;

            public PendingShot(PlannedShot shot, IReadOnlyDictionary<string, PictureRegion> regions, RenderedPasses passes)
            {
                Shot = shot;
                Regions = regions;
                RenderedPasses = passes;
            }
        }
    }
}
