#nullable enable
using System;
using System.Collections.Generic;

namespace LoraBridge.Core.Connection
{
    /// <summary>
    /// Events that wait until the owner drains them. Coalesced events keep only the latest value, in its order relative
    /// to the others: progress never comes after the end of its job.
    /// </summary>
    internal sealed class Inbox
    {
        sealed class Entry
        {
            public Action Deliver { get; set; }

            public Entry(Action deliver) => Deliver = deliver;
        }

        // An owner that does not drain for a long time, such as in a modal dialog, must not cost memory: the daemon keeps the rest.
        const int Limit = 4096;

        readonly object _lock = new object();
        readonly Queue<Entry> _entries = new Queue<Entry>();
        readonly Dictionary<string, Entry> _latest = new Dictionary<string, Entry>();

        public bool IsFull
        {
            get { lock (_lock) return _entries.Count >= Limit; }
        }

        public void Add(Action deliver)
        {
            lock (_lock)
            {
                _latest.Clear();
                _entries.Enqueue(new Entry(deliver));
            }
        }

        /// <summary>Replaces an event with the same key that is still waiting.</summary>
        public void Coalesce(string key, Action deliver)
        {
            lock (_lock)
            {
                if (_latest.TryGetValue(key, out var entry))
                {
                    entry.Deliver = deliver;
                    return;
                }
                _latest[key] = entry = new Entry(deliver);
                _entries.Enqueue(entry);
            }
        }

        /// <summary>Delivers the events that waited when it was called. An exception of a listener reaches the caller; the rest is delivered the next time.</summary>
        public void Drain()
        {
            int count;
            lock (_lock) count = _entries.Count;
            for (; count > 0; count--)
            {
                Action deliver;
                lock (_lock)
                {
                    var entry = _entries.Dequeue();
                    deliver = entry.Deliver;
                    // It can no longer be replaced.
                    if (_entries.Count == 0) _latest.Clear();
                    else RemoveLatest(entry);
                }
                deliver();
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
