/**
 * @file Merges LoRAs into the weights of a base model. Tensors are read, changed and written one at a time, in their own type: memory does
 * not grow with the model.
 */
import { cp, mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { asLoraBridgeError, LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { replace } from '../../files/replace.js';
import { fromFloats, isFloatDtype } from '../../safetensors/floats.js';
import { openSafetensors } from '../../safetensors/header.js';
import { floatsOf, type StoredTensor, tensorsOf } from '../../safetensors/stored-tensor.js';
import { writeTensors } from '../../safetensors/write.js';
import type { BaseModel } from '../model/base-model.js';
import type { Adapter } from '../weights/adapters.js';
import { openWeights, type WeightView } from '../weights/network-weights.js';
import { type ChosenLora, checkComponents, loraAdapters } from './lora-adapters.js';

/** A change of one tensor of a file. */
interface Edit {
  readonly view: WeightView;
  readonly adapters: readonly Adapter[];
}

/** By file, then by tensor: query, key and value may be stored as one. */
type Edits = ReadonlyMap<string, ReadonlyMap<string, readonly Edit[]>>;

/**
 * Writes a copy of a model with LoRAs merged, in the model's own layout.
 * @param out a folder that does not exist yet, or the name of a `.safetensors` file where the model is one
 * @throws LoraBridgeError `input.lora.mismatch` when a LoRA does not fit the model, `input.option.invalid` for `out`, and what
 * reading and writing files throws; then nothing is left behind.
 */
export async function mergeIntoModel(model: BaseModel, loras: readonly ChosenLora[], out: string): Promise<void> {
  const edits = editsOf(model, loras);
  if (model.layout === 'single file') {
    if (!out.endsWith('.safetensors')) throw wrongName(out, 'a .safetensors file, as the base model is');
    if (out === model.path) throw wrongName(out, 'another file than the base model');
    await mkdir(dirname(out), { recursive: true });
    writeMerged(model.path, edits, out);
    return;
  }
  if (await stat(out).catch(() => undefined)) throw wrongName(out, 'a folder that does not exist yet');
  const unfinished = `${out}.unfinished`;
  try {
    await copyFolder(model.path, unfinished, edits);
    for (const file of edits.keys()) {
      const place = relative(model.path, await realPlace(model.path, file));
      writeMerged(file, edits, join(unfinished, place));
    }
    await replace(unfinished, out);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw asLoraBridgeError(error, out);
  }
}

/** Copies everything but the weights that change, and pickles, which would still hold the old ones. */
async function copyFolder(from: string, to: string, edits: Edits): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, {
    recursive: true,
    dereference: true,
    filter: async (source) => {
      if (/\.(bin|ckpt|pt|msgpack|h5|onnx|onnx_data)$/.test(source) || basename(source).startsWith('.')) return false;
      return !edits.has(await realpath(source));
    },
  });
}

/** The path in the folder that leads to a weight file, which may be a link's target, as in the hub's cache. */
async function realPlace(folder: string, file: string): Promise<string> {
  if (!relative(folder, file).startsWith(`..${sep}`)) return file;
  for (const entry of await readdir(folder, { recursive: true })) {
    const path = join(folder, entry);
    if ((await realpath(path)) === file) return path;
  }
  throw new LoraBridgeError('internal', `${file} is not within ${folder}.`);
}

function editsOf(model: BaseModel, loras: readonly ChosenLora[]): Edits {
  const networks = [
    { component: 'unet' as const, weights: model.unet.weights },
    ...model.textEncoders.map(({ folder, encoder }) => ({ component: folder, weights: encoder.weights })),
  ];
  checkComponents(
    loras,
    networks.map(({ component }) => component),
  );
  const adapters = loraAdapters(loras);
  const edits = new Map<string, Map<string, Edit[]>>();
  for (const { component, weights } of networks) {
    const own = adapters.get(component);
    if (own === undefined) continue;
    for (const [name, view] of openWeights(weights)) {
      if (!name.endsWith('.weight')) continue;
      const taken = own.take(name.slice(0, -'.weight'.length), view.shape);
      if (taken.length === 0) continue;
      const tensors = edits.get(view.file.path) ?? new Map<string, Edit[]>();
      edits.set(view.file.path, tensors);
      tensors.set(view.tensor, [...(tensors.get(view.tensor) ?? []), { view, adapters: taken }]);
    }
    own.checkAllTaken(() => false);
  }
  return edits;
}

function writeMerged(path: string, edits: Edits, out: string): void {
  const source = tensorsOf(openSafetensors(path));
  const own = edits.get(path);
  const tensors = [...source.tensors.values()].map((tensor) => {
    const changes = own?.get(tensor.name);
    return changes === undefined ? tensor : { ...tensor, bytes: () => changed(path, tensor, changes) };
  });
  const { 'modelspec.hash_sha256': _, ...metadata } = source.metadata;
  writeTensors(out, tensors, metadata);
}

function changed(path: string, tensor: StoredTensor, edits: readonly Edit[]): Uint8Array {
  const { dtype } = tensor;
  const values = floatsOf(tensor, path);
  for (const { view, adapters } of edits) for (const adapter of adapters) addTo(values, view, adapter);
  return isFloatDtype(dtype) ? fromFloats(dtype, values) : tensor.bytes();
}

/** Adds up · down to the rows of a tensor that the view covers. */
function addTo(values: Float32Array, { shape, firstRow = 0, transposed = false }: WeightView, adapter: Adapter): void {
  const { rank, up, down } = adapter;
  const [rows = 0] = shape;
  const columns = down.length / rank;
  const sum = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    sum.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = up[row * rank + r] ?? 0;
      for (let column = 0; column < columns; column++) {
        sum[column] = (sum[column] ?? 0) + factor * (down[r * columns + column] ?? 0);
      }
    }
    for (let column = 0; column < columns; column++) {
      const at = transposed ? column * rows + row : (firstRow + row) * columns + column;
      values[at] = (values[at] ?? 0) + (sum[column] ?? 0);
    }
  }
}

function wrongName(out: string, expected: string): LoraBridgeError {
  return new LoraBridgeError('input.option.invalid', `--out ${out} is not valid: it must name ${expected}.`, {
    hint: 'Choose another name with --out.',
  });
}
