/**
 * @file Frames on the pipes to and from Python (pipe.py): length of the header (u32, little-endian), the header as JSON, then the values
 * of the tensors that it lists, one after the other, little-endian.
 */
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';

export interface Tensor {
  /** Values, row-major. */
  readonly data: Float32Array | Uint8Array;
  readonly shape: readonly number[];
}

export type Tensors = Readonly<Record<string, Tensor>>;

const header = z.looseObject({
  tensors: z.array(z.object({ name: z.string(), dtype: z.enum(['float32', 'uint8']), shape: z.array(z.int().min(0)) })),
});

export interface Frame {
  /** The header without its list of tensors; not validated. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly tensors: Tensors;
}

const bytesOf = ({ data }: Tensor): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Writes a frame; returns once the pipe has taken it. A reader that has ended is no error here, but when its answer is read. */
export async function writeFrame(output: Writable, fields: object, tensors: Tensors = {}): Promise<void> {
  const list = Object.entries(tensors).map(([name, { data, shape }]) => ({
    name,
    dtype: data instanceof Uint8Array ? 'uint8' : 'float32',
    shape,
  }));
  const json = Buffer.from(JSON.stringify({ ...fields, tensors: list }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  for (const part of [length, json, ...Object.values(tensors).map(bytesOf)])
    await new Promise<void>((resolve) => output.write(part, () => resolve()));
}

/** Reads frames; one reader at a time. */
export class FrameReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(input: Readable) {
    this.#chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The next frame; undefined when the other side has ended, even in the middle of one. */
  async next(): Promise<Frame | undefined> {
    const length = await this.#read(new Uint8Array(4));
    if (length === undefined) return undefined;
    const json = await this.#read(new Uint8Array(Buffer.from(length).readUInt32LE()));
    if (json === undefined) return undefined;
    const { tensors: list, ...fields } = header.parse(JSON.parse(Buffer.from(json).toString('utf8')));
    const tensors: Record<string, Tensor> = {};
    for (const { name, dtype, shape } of list) {
      const count = shape.reduce((product, size) => product * size, 1);
      const data = dtype === 'uint8' ? new Uint8Array(count) : new Float32Array(count);
      const tensor = { data, shape };
      if ((await this.#read(bytesOf(tensor))) === undefined) return undefined;
      tensors[name] = tensor;
    }
    return { fields, tensors };
  }

  /** Fills an array. */
  async #read(bytes: Uint8Array): Promise<Uint8Array | undefined> {
    for (let done = 0; done < bytes.length; ) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next();
        if (next.done) return undefined;
        this.#rest = next.value;
      }
      const part = this.#rest.subarray(0, bytes.length - done);
      bytes.set(part, done);
      done += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return bytes;
  }
}
