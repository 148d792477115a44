using System;
using System.IO;

namespace LoraBridge.TestStage
{
    /// <summary>Reads baseline JPEG files of one or three components, subsampled or not. After ITU-T T.81.</summary>
    public sealed class Jpeg
    {
        static readonly int[] ZigZag =
        {
            0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
            35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
        };
        static readonly float[] Cosines = MakeCosines();

        sealed class Component
        {
            public int Id, Horizontal, Vertical, Quantization, Dc, Ac, Last, Stride;
            public byte[] Samples;
        }

        sealed class HuffmanTable
        {
            public readonly int[] First = new int[17], Offset = new int[17], Count = new int[17];
            public byte[] Values;
        }

        readonly byte[] _file;
        readonly int[][] _quantization = new int[4][];
        readonly HuffmanTable[] _huffman = new HuffmanTable[8];
        Component[] _components;
        int _width, _height, _restart, _at, _bits, _bitCount;

        Jpeg(byte[] file) => _file = file;

        /// <summary>Decodes to RGBA, eight bits a channel, upper row first.</summary>
        /// <exception cref="InvalidDataException">No JPEG, cut short, or of a kind that is not read.</exception>
        public static byte[] Decode(byte[] file, out int width, out int height)
        {
            var jpeg = new Jpeg(file);
            try
            {
                jpeg.Read();
            }
            catch (Exception error) when (error is IndexOutOfRangeException || error is ArgumentException || error is NullReferenceException)
            {
                throw new InvalidDataException("the JPEG is damaged", error);
            }
            width = jpeg._width;
            height = jpeg._height;
            return jpeg.ToRgba();
        }

        void Read()
        {
            if (Word(0) != 0xffd8) throw new InvalidDataException("not a JPEG");
            for (int at = 2; ;)
            {
                int marker = Word(at), length = Word(at + 2);
                int from = at + 4, to = at + 2 + length;
                at = to;
                if (marker == 0xffc0 || marker == 0xffc1) ReadFrame(from);
                else if (marker == 0xffc4) while (from < to) from = ReadHuffman(from);
                else if (marker == 0xffdb) while (from < to) from = ReadQuantization(from);
                else if (marker == 0xffdd) _restart = Word(from);
                else if (marker == 0xffda)
                {
                    ReadScan(from, to);
                    return;
                }
                else if (marker >= 0xffc2 && marker <= 0xffcf && marker != 0xffc8 && marker != 0xffcc)
                    throw new InvalidDataException($"JPEG of kind {marker & 15} is not read");
                else if (marker < 0xff00) throw new InvalidDataException("the JPEG is damaged");
            }
        }

        void ReadFrame(int at)
        {
            _height = Word(at + 1);
            _width = Word(at + 3);
            _components = new Component[_file[at + 5]];
            for (int i = 0; i < _components.Length; i++)
            {
                int from = at + 6 + i * 3;
                _components[i] = new Component
                {
                    Id = _file[from], Horizontal = _file[from + 1] >> 4, Vertical = _file[from + 1] & 15, Quantization = _file[from + 2],
                };
            }
        }

        int ReadQuantization(int at)
        {
            int head = _file[at++];
            var table = _quantization[head & 3] = new int[64];
            foreach (int place in ZigZag)
            {
                table[place] = head >> 4 == 0 ? _file[at] : Word(at);
                at += head >> 4 == 0 ? 1 : 2;
            }
            return at;
        }

        int ReadHuffman(int at)
        {
            int head = _file[at++], code = 0, total = 0;
            var table = _huffman[(head >> 4) * 4 + (head & 3)] = new HuffmanTable();
            for (int length = 1; length <= 16; length++)
            {
                table.First[length] = code;
                table.Offset[length] = total;
                table.Count[length] = _file[at + length - 1];
                total += table.Count[length];
                code = (code + table.Count[length]) << 1;
            }
            table.Values = new byte[total];
            Array.Copy(_file, at + 16, table.Values, 0, total);
            return at + 16 + total;
        }

        void ReadScan(int at, int end)
        {
            if (_file[at] != _components.Length) throw new InvalidDataException("JPEG of several scans is not read");
            for (int i = 0; i < _components.Length; i++)
            {
                var component = Array.Find(_components, other => other.Id == _file[at + 1 + i * 2]);
                component.Dc = _file[at + 2 + i * 2] >> 4;
                component.Ac = _file[at + 2 + i * 2] & 15;
            }
            int across = 0, down = 0;
            foreach (var component in _components)
            {
                across = Math.Max(across, component.Horizontal);
                down = Math.Max(down, component.Vertical);
            }
            int columns = (_width + across * 8 - 1) / (across * 8), rows = (_height + down * 8 - 1) / (down * 8);
            foreach (var component in _components)
            {
                component.Stride = columns * component.Horizontal * 8;
                component.Samples = new byte[component.Stride * rows * component.Vertical * 8];
            }
            _at = end;
            for (int unit = 0; unit < columns * rows; unit++)
            {
                if (_restart > 0 && unit > 0 && unit % _restart == 0) Restart();
                foreach (var component in _components)
                    for (int v = 0; v < component.Vertical; v++)
                        for (int h = 0; h < component.Horizontal; h++)
                            ReadBlock(component, (unit % columns * component.Horizontal + h) * 8, (unit / columns * component.Vertical + v) * 8);
            }
        }

        void Restart()
        {
            _bitCount = 0;
            while (_file[_at] != 0xff || (_file[_at + 1] & 0xf8) != 0xd0) _at++;
            _at += 2;
            foreach (var component in _components) component.Last = 0;
        }

        void ReadBlock(Component component, int x, int y)
        {
            var block = new float[64];
            var quantization = _quantization[component.Quantization];
            component.Last += Signed(Symbol(_huffman[component.Dc]));
            block[0] = component.Last * quantization[0];
            for (int i = 1; i < 64; i++)
            {
                int symbol = Symbol(_huffman[4 + component.Ac]);
                if (symbol == 0) break;
                i += symbol >> 4;
                // Sixteen zeros, of which the loop counts one.
                if (symbol == 0xf0) continue;
                block[ZigZag[i]] = Signed(symbol & 15) * quantization[ZigZag[i]];
            }
            var lines = new float[64];
            for (int v = 0; v < 8; v++)
                for (int i = 0; i < 8; i++)
                    for (int u = 0; u < 8; u++) lines[v * 8 + i] += block[v * 8 + u] * Cosines[i * 8 + u];
            for (int j = 0; j < 8; j++)
                for (int i = 0; i < 8; i++)
                {
                    float sum = 128.5f;
                    for (int v = 0; v < 8; v++) sum += lines[v * 8 + i] * Cosines[j * 8 + v];
                    component.Samples[(y + j) * component.Stride + x + i] = Clamped(sum);
                }
        }

        int Symbol(HuffmanTable table)
        {
            for (int length = 1, code = 0; length <= 16; length++)
            {
                code = code << 1 | Bit();
                int index = code - table.First[length];
                if (index < table.Count[length]) return table.Values[table.Offset[length] + index];
            }
            throw new InvalidDataException("the JPEG is damaged");
        }

        int Signed(int length)
        {
            int value = 0;
            for (int i = 0; i < length; i++) value = value << 1 | Bit();
            return length > 0 && value < 1 << length - 1 ? value - (1 << length) + 1 : value;
        }

        int Bit()
        {
            if (_bitCount == 0)
            {
                _bits = _file[_at++];
                _bitCount = 8;
                if (_bits == 0xff && _file[_at++] != 0) throw new InvalidDataException("the JPEG's pixels are cut short");
            }
            return _bits >> --_bitCount & 1;
        }

        byte[] ToRgba()
        {
            var rgba = new byte[_width * _height * 4];
            int across = _components[0].Horizontal, down = _components[0].Vertical;
            for (int y = 0; y < _height; y++)
                for (int x = 0; x < _width; x++)
                {
                    int At(Component component) =>
                        component.Samples[y * component.Vertical / down * component.Stride + x * component.Horizontal / across];
                    int to = (y * _width + x) * 4;
                    float light = At(_components[0]) + 0.5f;
                    float blue = _components.Length == 3 ? At(_components[1]) - 128 : 0, red = _components.Length == 3 ? At(_components[2]) - 128 : 0;
                    rgba[to] = Clamped(light + 1.402f * red);
                    rgba[to + 1] = Clamped(light - 0.344136f * blue - 0.714136f * red);
                    rgba[to + 2] = Clamped(light + 1.772f * blue);
                    rgba[to + 3] = 255;
                }
            return rgba;
        }

        static byte Clamped(float value) => (byte)Math.Min(Math.Max(value, 0), 255);

        int Word(int at) => _file[at] << 8 | _file[at + 1];

        static float[] MakeCosines()
        {
            var cosines = new float[64];
            for (int i = 0; i < 8; i++)
                for (int u = 0; u < 8; u++)
                    cosines[i * 8 + u] = (float)(Math.Cos((2 * i + 1) * u * Math.PI / 16) / 2 * (u == 0 ? Math.Sqrt(0.5) : 1));
            return cosines;
        }
    }
}
