using System;
using System.Collections.Generic;
using System.Linq;
using DeclaredUnity;
using Unity.Collections;
using UnityEngine.Experimental.Rendering;

namespace UnityEngine.Rendering
{
    public static class AsyncGPUReadback
    {
        /// <summary>What the GPU has not answered yet; the editor's loop makes it.</summary>
        internal static readonly Queue<Action> Pending = new Queue<Action>();

        public static AsyncGPUReadbackRequest Request
          (Texture src, int mipIndex, GraphicsFormat dstFormat, Action<AsyncGPUReadbackRequest> callback = null)
        {
            Calls.Note("AsyncGPUReadback.Request");
            // Half floats: 1 is 0x3c00. The picture is its background, with nothing in front of it.
            var colour = ((RenderTexture)src).Background;
            var pixel = new[] { colour.r, colour.g, colour.b, colour.a }.Select(value => value == 1 ? (ushort)0x3c00 : (ushort)0).ToArray();
            var pixels = new ushort[src.width * src.height * 4];
            for (var i = 0; i < pixels.Length; i++) pixels[i] = pixel[i & 3];
            // The character: grey and opaque, in the middle.
            for (var i = 0; i < 4; i++) pixels[(src.height / 2 * src.width + src.width / 2) * 4 + i] = i < 3 ? (ushort)0x3800 : (ushort)0x3c00;
            Pending.Enqueue(() => callback?.Invoke(new AsyncGPUReadbackRequest(pixels, src == null)));
            return new AsyncGPUReadbackRequest(pixels, false);
        }
    }

    public struct AsyncGPUReadbackRequest
    {
        readonly Array _data;

        internal AsyncGPUReadbackRequest(Array data, bool hasError)
        {
            _data = data;
            this.hasError = hasError;
            forcePlayerLoopUpdate = false;
        }

        public bool hasError { get; }
        public bool forcePlayerLoopUpdate { get; set; }

        public NativeArray<T> GetData<T>(int layer = 0) where T : struct
        {
            Calls.Note("AsyncGPUReadbackRequest.GetData");
            return new NativeArray<T>((T[])_data);
        }
    }
}
