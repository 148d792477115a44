/** @file UNets of real size without weights: names, shapes and types, and files whose numbers are all zero and take no disk. */
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { type UnetConfig, unetConfig } from '../../../src/diffusion/config/unet-config.js';
import type { ModelPart } from '../../../src/diffusion/model/base-model.js';
import { viewsOf } from '../../../src/diffusion/weights/network-weights.js';
import { sizeOf } from '../../../src/graph/ir/shape.js';
import { bytesPerElement } from '../../../src/safetensors/dtype.js';
import type { TensorEntry } from '../../../src/safetensors/header.js';

export type Family = 'sd1' | 'sdxl';
export type WeightType = 'F16' | 'F32';

/** Of diffusers' own models of that size, made without weights: `scripts/goldens/single_files.py`. */
const realSizes = new URL('../../../test/goldens/single-files/real-size.json.gz', import.meta.url);
const network = z.object({ config: unetConfig, tensors: z.record(z.string(), z.array(z.int())) });
const schema = z.record(z.string(), z.object({ parts: z.object({ unet: network }) }));

function realSize(family: Family) {
  const found = schema.parse(JSON.parse(gunzipSync(readFileSync(realSizes)).toString('utf8')))[family];
  if (found === undefined) throw new Error(`There are no shapes of ${family}.`);
  return found.parts.unet;
}

function entriesOf(tensors: Readonly<Record<string, readonly number[]>>, dtype: WeightType): TensorEntry[] {
  let end = 0;
  return Object.entries(tensors).map(([name, shape]) => {
    const begin = end;
    end += bytesPerElement[dtype] * sizeOf(shape);
    return { name, dtype, shape, begin, end };
  });
}

/** A UNet to build graphs of, not to run: there is no file. */
export function weightlessUnet(family: Family, dtype: WeightType): ModelPart<UnetConfig> {
  const { config, tensors } = realSize(family);
  const entries = entriesOf(tensors, dtype).map((entry) => [entry.name, entry] as const);
  return { config, weights: viewsOf({ path: `${family}.safetensors`, metadata: {}, tensors: new Map(entries) }) };
}

/** Writes a file of it in which all weights are zero. Most of it is a hole. */
export function writeZeroUnet(family: Family, dtype: WeightType, file: string): ModelPart<UnetConfig> {
  const { config, tensors } = realSize(family);
  const entries = entriesOf(tensors, dtype);
  const header = JSON.stringify(
    Object.fromEntries(
      entries.map(({ name, shape, begin, end }) => [name, { dtype, shape, data_offsets: [begin, end] }]),
    ),
  );
  const bytes = Buffer.alloc(8 + Math.ceil(header.length / 8) * 8, ' ');
  bytes.writeBigUInt64LE(BigInt(bytes.length - 8));
  bytes.write(header, 8);
  const descriptor = openSync(file, 'w');
  writeSync(descriptor, bytes);
  ftruncateSync(descriptor, bytes.length + (entries.at(-1)?.end ?? 0));
  closeSync(descriptor);
  return { config, weights: file };
}
