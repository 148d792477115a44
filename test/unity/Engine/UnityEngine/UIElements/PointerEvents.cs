namespace UnityEngine.UIElements
{
    public abstract class MouseEventBase<T> : EventBase<T> where T : MouseEventBase<T>, new()
    {
    }

    public abstract class DragAndDropEventBase<T> : MouseEventBase<T> where T : DragAndDropEventBase<T>, new()
    {
    }

    public class DragUpdatedEvent : DragAndDropEventBase<DragUpdatedEvent>
    {
    }

    public class DragPerformEvent : DragAndDropEventBase<DragPerformEvent>
    {
    }

    public abstract class PointerEventBase<T> : EventBase<T> where T : PointerEventBase<T>, new()
    {
        public Vector3 localPosition { get; protected internal set; }
    }

    public sealed class PointerDownEvent : PointerEventBase<PointerDownEvent>
    {
    }

    public sealed class PointerMoveEvent : PointerEventBase<PointerMoveEvent>
    {
    }

    public sealed class PointerUpEvent : PointerEventBase<PointerUpEvent>
    {
    }

    public sealed class ClickEvent : PointerEventBase<ClickEvent>
    {
    }
}
