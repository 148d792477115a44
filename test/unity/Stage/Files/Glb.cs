using System;
using System.IO;
using System.Numerics;
using System.Text;
using Newtonsoft.Json.Linq;

namespace LoraBridge.TestStage
{
    /// <summary>A binary glTF 2.0 file: its JSON, and its accessors as arrays.</summary>
    public sealed class Glb
    {
        const uint Magic = 0x46546c67, JsonChunk = 0x4e4f534a, BinaryChunk = 0x004e4942;

        readonly byte[] _bytes;
        readonly int _binary;

        /// <summary>The JSON chunk.</summary>
        public JObject Json { get; }

        /// <summary>Takes a file apart.</summary>
        /// <exception cref="InvalidDataException">No GLB of version 2, or without a binary chunk.</exception>
        public Glb(byte[] file)
        {
            if (file.Length < 28 || BitConverter.ToUInt32(file, 0) != Magic || BitConverter.ToUInt32(file, 4) != 2)
                throw new InvalidDataException("not a GLB of version 2");
            int length = BitConverter.ToInt32(file, 12);
            int next = 20 + length;
            if (BitConverter.ToUInt32(file, 16) != JsonChunk || next + 8 > file.Length || BitConverter.ToUInt32(file, next + 4) != BinaryChunk)
                throw new InvalidDataException("the GLB has no JSON chunk followed by a binary one");
            _bytes = file;
            _binary = next + 8;
            Json = JObject.Parse(Encoding.UTF8.GetString(file, 20, length));
        }

        /// <summary>The bytes of a buffer view.</summary>
        public byte[] View(int index)
        {
            var view = Json["bufferViews"][index];
            var bytes = new byte[(int)view["byteLength"]];
            Array.Copy(_bytes, _binary + Int(view["byteOffset"], 0), bytes, 0, bytes.Length);
            return bytes;
        }

        /// <summary>The numbers of an accessor, in file order; `components` says how many make one element.</summary>
        public float[] Numbers(int index, out int components)
        {
            var accessor = Json["accessors"][index];
            if (accessor["sparse"] != null) throw new InvalidDataException("sparse accessors are not read");
            var view = Json["bufferViews"][(int)accessor["bufferView"]];
            components = Components((string)accessor["type"]);
            int type = (int)accessor["componentType"], size = Size(type), count = (int)accessor["count"];
            int at = _binary + Int(view["byteOffset"], 0) + Int(accessor["byteOffset"], 0);
            int stride = Int(view["byteStride"], size * components);
            bool normalized = accessor["normalized"] != null && (bool)accessor["normalized"];
            var numbers = new float[count * components];
            for (int i = 0; i < count; i++)
                for (int k = 0; k < components; k++)
                    numbers[i * components + k] = Number(type, at + i * stride + k * size, normalized);
            return numbers;
        }

        /// <summary>An accessor of whole numbers.</summary>
        public int[] Integers(int index) => Array.ConvertAll(Numbers(index, out _), number => (int)number);

        /// <summary>An accessor of VEC2.</summary>
        public Vector2[] Vectors2(int index)
        {
            float[] n = Numbers(index, out _);
            var vectors = new Vector2[n.Length / 2];
            for (int i = 0; i < vectors.Length; i++) vectors[i] = new Vector2(n[i * 2], n[i * 2 + 1]);
            return vectors;
        }

        /// <summary>An accessor of VEC3, mirrored from glTF's right-handed to Unity's left-handed space as UniVRM 0.x does: z changes its sign.</summary>
        public Vector3[] Vectors3(int index)
        {
            float[] n = Numbers(index, out _);
            var vectors = new Vector3[n.Length / 3];
            for (int i = 0; i < vectors.Length; i++) vectors[i] = new Vector3(n[i * 3], n[i * 3 + 1], -n[i * 3 + 2]);
            return vectors;
        }

        static int Int(JToken token, int otherwise) => token == null ? otherwise : (int)token;

        static int Components(string type) =>
            type == "SCALAR" ? 1 : type == "VEC2" ? 2 : type == "VEC3" ? 3 : type == "VEC4" ? 4 : type == "MAT4" ? 16
            : throw new InvalidDataException($"accessors of {type} are not read");

        static int Size(int type) => type == 5120 || type == 5121 ? 1 : type == 5122 || type == 5123 ? 2 : 4;

        float Number(int type, int at, bool normalized)
        {
            switch (type)
            {
                case 5120: return normalized ? Math.Max((sbyte)_bytes[at] / 127f, -1) : (sbyte)_bytes[at];
                case 5121: return normalized ? _bytes[at] / 255f : _bytes[at];
                case 5122: return normalized ? Math.Max(BitConverter.ToInt16(_bytes, at) / 32767f, -1) : BitConverter.ToInt16(_bytes, at);
                case 5123: return normalized ? BitConverter.ToUInt16(_bytes, at) / 65535f : BitConverter.ToUInt16(_bytes, at);
                case 5125: return BitConverter.ToUInt32(_bytes, at);
                case 5126: return BitConverter.ToSingle(_bytes, at);
                default: throw new InvalidDataException($"component type {type} is not glTF's");
            }
        }
    }
}
