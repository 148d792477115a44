#nullable enable
using System.Collections.Generic;

namespace LoraBridge.Core.Pictures
{
    /// <summary>
    /// Reuses the memory of rendered images, so that hundreds of shots need no more than a few: a shot takes tens of megabytes, which Unity's
    /// garbage collector would neither move nor release. Thread-safe.
    /// </summary>
    public sealed class PicturePool
    {
        readonly Stack<ushort[]> _halves = new Stack<ushort[]>();
        readonly Stack<float[]> _singles = new Stack<float[]>();

        /// <summary>An image of half floats with undefined contents.</summary>
        public LinearPicture RentHalf(int width, int height) =>
            new LinearPicture(this, width, height, Rent(_halves, width * height * 4), null);

        /// <summary>An image of single floats with undefined contents.</summary>
        public LinearPicture RentSingle(int width, int height) =>
            new LinearPicture(this, width, height, null, Rent(_singles, width * height * 4));

        static T[] Rent<T>(Stack<T[]> stack, int length)
        {
            lock (stack)
            {
                while (stack.Count > 0)
                {
                    var array = stack.Pop();
                    // A pool serves one size at a time; arrays of an earlier size are left to the garbage collector.
                    if (array.Length == length) return array;
                }
            }
            return new T[length];
        }

        internal void Return(LinearPicture picture)
        {
            if (picture.Half != null) lock (_halves) _halves.Push(picture.Half);
            if (picture.Single != null) lock (_singles) _singles.Push(picture.Single);
        }
    }
}
