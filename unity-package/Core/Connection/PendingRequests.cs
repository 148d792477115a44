#nullable enable
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using LoraBridge.Core.Protocol;

namespace LoraBridge.Core.Connection
{
    /// <summary>Requests that are not answered yet. They outlive connections: every request is idempotent.</summary>
    internal sealed class PendingRequests
    {
        readonly struct Pending
        {
            public readonly string Text;
            public readonly Action<AnswerMessage> Answer;
            public readonly Action<LoraBridgeException> Fail;

            public Pending(string text, Action<AnswerMessage> answer, Action<LoraBridgeException> fail)
            {
                Text = text;
                Answer = answer;
                Fail = fail;
            }
        }

        readonly object _lock = new object();
        readonly SortedDictionary<long, Pending> _pending = new SortedDictionary<long, Pending>();
        long _lastNumber;

        /// <summary>Numbers a request. Returns its text and the task of its answer.</summary>
        public (string text, Task<TAnswer> answer) Add<TAnswer>(ClientRequest<TAnswer> request) where TAnswer : AnswerMessage
        {
            // Continuations must not run on the receiving thread.
            var promise = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                request.Request = (++_lastNumber).ToString(CultureInfo.InvariantCulture);
                var text = request.ToJson();
                // Validated here, so that an error surfaces where it was made.
                ClientMessage.Parse(text);
                _pending.Add(_lastNumber, new Pending(text, answer => Settle(promise, answer), error => promise.TrySetException(error)));
                return (text, promise.Task);
            }
        }

        /// <summary>The texts of all of them, oldest first.</summary>
        public List<string> Texts()
        {
            lock (_lock) return _pending.Values.Select(pending => pending.Text).ToList();
        }

        /// <summary>Completes the request of an answer. An unexpected answer is ignored.</summary>
        public void Settle(AnswerMessage answer)
        {
            if (!long.TryParse(answer.Request, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return;
            Pending pending;
            lock (_lock)
            {
                if (!_pending.TryGetValue(number, out pending)) return;
                _pending.Remove(number);
            }
            if (answer is RequestFailed failure) pending.Fail(new LoraBridgeException(failure.Error));
            else pending.Answer(answer);
        }

        /// <summary>Fails all of them.</summary>
        public void Fail(LoraBridgeException error)
        {
            List<Pending> all;
            lock (_lock)
            {
                all = _pending.Values.ToList();
                _pending.Clear();
            }
            foreach (var pending in all) pending.Fail(error);
        }

        static void Settle<TAnswer>(TaskCompletionSource<TAnswer> promise, AnswerMessage answer) where TAnswer : AnswerMessage
        {
            if (answer is TAnswer expected) promise.TrySetResult(expected);
            else promise.TrySetException(new LoraBridgeException("protocol.frame.malformed", "The daemon's answer does not match the request."));
        }
    }
}
