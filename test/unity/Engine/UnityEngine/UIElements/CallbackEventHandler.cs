using System;
using System.Collections.Generic;

namespace UnityEngine.UIElements
{
    public abstract class EventBase : IDisposable
    {
        void IDisposable.Dispose() {}
    }

    public abstract class EventBase<T> : EventBase where T : EventBase<T>, new()
    {
    }

    public class ChangeEvent<T> : EventBase<ChangeEvent<T>>
    {
        public T previousValue { get; protected internal set; }
        public T newValue { get; protected internal set; }
    }

    public enum TrickleDown
    {
        NoTrickleDown = 0,
        TrickleDown = 1,
    }

    public delegate void EventCallback<in TEventType>(TEventType evt);

    public abstract class CallbackEventHandler
    {
        readonly Dictionary<Type, Delegate> _callbacks = new Dictionary<Type, Delegate>();

        public void RegisterCallback<TEventType>(EventCallback<TEventType> callback, TrickleDown useTrickleDown = TrickleDown.NoTrickleDown)
            where TEventType : EventBase<TEventType>, new()
        {
            _callbacks.TryGetValue(typeof(TEventType), out var before);
            _callbacks[typeof(TEventType)] = Delegate.Combine(before, callback);
        }

        /// <summary>What Unity's panel does with an event: it goes to the element, then to its parents.</summary>
        internal void Send<T>(T happening) where T : EventBase<T>, new()
        {
            if (_callbacks.TryGetValue(typeof(T), out var callback)) ((EventCallback<T>)callback)(happening);
            (this as VisualElement)?.parent?.Send(happening);
        }
    }

    public abstract class Focusable : CallbackEventHandler
    {
    }
}
