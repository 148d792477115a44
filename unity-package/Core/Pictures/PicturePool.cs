#nullable enable
using System.Collections.Generic;

namespace LoraBridge.Core.Pictures
{
    /// <summary>
    /// Lends the memory of pictures, so that hundreds of shots need no more than a few do: a shot is tens of megabytes, which Unity's
    /// collector would neither move nor give back. Safe to use from several threads.
    /// </summary>
    public sealed class PicturePool
    {
        readonly Stack<ushort[]> _halves = new Stack<ushort[]>();
        readonly Stack<float[]> _singles = new Stack<float[]>();

        /// <summary>A picture of half floats; its contents are whatever was there before.</summary>
        public LinearPicture RentHalf(int width, int height) =>
            new LinearPicture(this, width, height, Rent(_halves, width * height * 4), null);

        /// <summary>A picture of single floats; its contents are whatever was there before.</summary>
        public LinearPicture RentSingle(int width, int height) =>
            new LinearPicture(this, width, height, null, Rent(_singles, width * height * 4));

        static T[] Rent<T>(Stack<T[]> stack, int length)
        {
            lock (stack)
            {
                while (stack.Count > 0)
                {
                    var array = stack.Pop();
                    // A pool serves one size at a time; arrays of an earlier size are left to the collector.
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
