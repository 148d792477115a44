#nullable enable
using System;
using System.Collections.Generic;

namespace LoraBridge.Core.Connection
{
    /// <summary>
    /// What the client has to tell, until its owner asks for it. Of what is coalesced only the latest is kept, in the order that it has
    /// with the rest: progress never comes after the end that it led to.
    /// </summary>
    internal sealed class Inbox
    {
        sealed class Entry
        {
            public Action Deliver { get; set; }

            public Entry(Action tell) => Deliver = tell;
        }

        // An owner that does not ask for long, in a modal dialogue perhaps, must not cost memory: the daemon keeps the rest.
        const int Limit = 4096;

        readonly object _lock = new object();
        readonly Queue<Entry> _entries = new Queue<Entry>();
        readonly Dictionary<string, Entry> _latest = new Dictionary<string, Entry>();

        public bool IsFull
        {
            get { lock (_lock) return _entries.Count >= Limit; }
        }

        public void Add(Action tell)
        {
            lock (_lock)
            {
                _latest.Clear();
                _entries.Enqueue(new Entry(tell));
            }
        }

        /// <summary>Takes the place of what was added with the same key and not told yet.</summary>
        public void Coalesce(string key, Action tell)
        {
            lock (_lock)
            {
                if (_latest.TryGetValue(key, out var entry))
                {
                    entry.Deliver = tell;
                    return;
                }
                _latest[key] = entry = new Entry(tell);
                _entries.Enqueue(entry);
            }
        }

        /// <summary>Tells all that was there when it was called. What a listener throws goes to the caller; the rest is told the next time.</summary>
        public void Drain()
        {
            int count;
            lock (_lock) count = _entries.Count;
            for (; count > 0; count--)
            {
                Action tell;
                lock (_lock)
                {
                    var entry = _entries.Dequeue();
                    tell = entry.Deliver;
                    // Nothing can take its place any more.
                    if (_entries.Count == 0) _latest.Clear();
                    else RemoveLatest(entry);
                }
                tell();
            }
        }

        void RemoveLatest(Entry entry)
        {
            foreach (var pair in _latest)
            {
                if (pair.Value != entry) continue;
                _latest.Remove(pair.Key);
                return;
            }
        }
    }
}
