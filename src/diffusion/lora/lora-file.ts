/**
 * @file A LoRA file as a list of modules, whichever program wrote it, for whichever model. Only names and shapes are read, until a module's
 * matrices are requested.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import { asLoraBridgeError, LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { openSafetensors } from '../../safetensors/header.js';
import { floatsOf, type StoredTensor, type TensorSource, tensorsOf } from '../../safetensors/stored-tensor.js';
import { openTorchFile } from '../../torch-file/torch-file.js';
import { type AdapterSettings, adapterSettings } from './adapter-settings.js';
import { type LoraComponent, type LoraPart, parseLoraKey } from './lora-keys.js';
import { otherArchitecture, otherKind } from './other-adapters.js';

/** What a LoRA adds to one layer: alpha / rank · up · down. */
export interface LoraModule {
  readonly component: LoraComponent;
  /** The layer's path in diffusers, such as `mid_block.resnets.0.conv1` or `text_model.encoder.layers.0.mlp.fc1`. */
  readonly path: string;
  readonly rank: number;
  readonly alpha: number;
  /** [rank, in], or of a convolution [rank, in, height, width]. */
  readonly down: StoredTensor;
  /** [out, rank], or [out, rank, 1, 1]. */
  readonly up: StoredTensor;
  /** [rank, rank, height, width] between the two, where `down` is 1 × 1 (LyCORIS with Tucker decomposition). */
  readonly mid?: StoredTensor;
}

export interface LoraFile {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly modules: readonly LoraModule[];
  /** The naming scheme, for display. */
  readonly dialect: string;
}

/** The matrices of a module; `mid` is multiplied into `down`. */
export interface LoraFactors {
  readonly down: Float32Array;
  readonly downShape: readonly number[];
  /** [out, rank] */
  readonly up: Float32Array;
}

/**
 * Opens a LoRA file: safetensors, or torch's `.bin` and `.pt`, whose tensors are read immediately.
 * @throws LoraBridgeError `input.lora.invalid`, `input.lora.unsupported`, and what opening either kind of file throws.
 */
export async function openLora(path: string): Promise<LoraFile> {
  if (!isTorchFile(path)) return loraOf(tensorsOf(openSafetensors(path)));
  const file = await openTorchFile(path);
  try {
    const tensors = Array.from(file.tensors, ([name, tensor]): [string, StoredTensor] => {
      const bytes = tensor.bytes();
      return [name, { ...tensor, bytes: () => bytes.slice() }];
    });
    return loraOf({ ...file, tensors: new Map(tensors) });
  } finally {
    file.close();
  }
}

/** Whether it is a zip archive or a pickle; a safetensors file begins with the length of its header. */
function isTorchFile(path: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    throw asLoraBridgeError(error, path);
  }
  try {
    const head = Buffer.alloc(2);
    const start = head.subarray(0, readSync(descriptor, head)).toString('latin1');
    return start === 'PK' || start === '\x80\x02';
  } catch (error) {
    throw asLoraBridgeError(error, path);
  } finally {
    closeSync(descriptor);
  }
}

interface Parts extends Partial<Record<LoraPart, StoredTensor>> {
  readonly component: LoraComponent;
  readonly path: string;
}

/**
 * Sorts the tensors of a file into modules.
 * @param options.transformers also accept LoRAs of transformers (Flux, SD 3), which only the diffusers engine trains
 * @throws LoraBridgeError `input.lora.invalid` for incomplete modules and matrices that do not fit, `input.lora.unsupported` for other
 * adapters and for tensors whose name is not that of a LoRA: nothing is ignored silently.
 */
export function loraOf(source: TensorSource, { transformers = false } = {}): LoraFile {
  const kind = otherKind(source.tensors.keys());
  if (kind !== undefined) throw unsupported(source.path, `holds ${kind}`);
  const architecture = transformers ? undefined : otherArchitecture(source.tensors.keys());
  if (architecture !== undefined) throw unsupported(source.path, `is made for ${architecture}`);
  const byModule = new Map<string, Parts>();
  for (const tensor of source.tensors.values()) {
    const key = parseLoraKey(tensor.name);
    if (key === undefined) throw unknownName(source, tensor.name);
    const name = `${key.component}:${key.path}`;
    const parts = byModule.get(name) ?? { component: key.component, path: key.path };
    if (parts[key.part] !== undefined) throw invalid(source.path, `has ${key.path} twice, under two names`);
    byModule.set(name, { ...parts, [key.part]: tensor });
  }
  const settings = adapterSettings(source);
  const modules = [...byModule.values()].map((parts) => moduleOf(source.path, parts, settings));
  if (modules.length === 0) throw invalid(source.path, 'holds no tensors');
  return { path: source.path, metadata: source.metadata, modules, dialect: dialectOf(source) };
}

function moduleOf(file: string, parts: Parts, settings: AdapterSettings): LoraModule {
  const { component, path, down, up, mid, alpha } = parts;
  if (down === undefined || up === undefined) throw invalid(file, `has only half of the LoRA of ${path}`);
  const rank = (mid ?? down).shape[0] ?? 0;
  const inner = up.shape[1];
  const sized =
    (down.shape.length === 2 || down.shape.length === 4) &&
    up.shape.slice(2).every((size) => size === 1) &&
    (mid === undefined || (mid.shape.length === 4 && mid.shape[1] === down.shape[0])) &&
    [...down.shape, ...up.shape].every((size) => size > 0);
  if (!sized || rank < 1 || inner !== rank) throw invalid(file, `has matrices for ${path} that do not fit`);
  const own = alpha === undefined ? settings.alpha(component, path, rank) : scalarOf(alpha, file);
  if (own !== undefined && !Number.isFinite(own)) throw invalid(file, `has an alpha for ${path} that is not a number`);
  // As in sd-scripts, a missing or zero alpha means the rank.
  const common = { component, path, rank, alpha: own || rank, down, up };
  return mid === undefined ? common : { ...common, mid };
}

/** A single number; some programs write alpha as an integer. */
function scalarOf(tensor: StoredTensor, file: string): number | undefined {
  if (tensor.shape.some((size) => size !== 1)) throw invalid(file, `has an alpha ${tensor.name} that is not a scalar`);
  if (tensor.dtype !== 'I64' && tensor.dtype !== 'I32') return floatsOf(tensor, file)[0];
  const { buffer, byteOffset } = tensor.bytes();
  const view = new DataView(buffer, byteOffset);
  return tensor.dtype === 'I64' ? Number(view.getBigInt64(0, true)) : view.getInt32(0, true);
}

/** Reads the matrices of a module. @throws LoraBridgeError what reading its file throws. */
export function readFactors(file: string, { rank, down, up, mid }: LoraModule): LoraFactors {
  const matrix = floatsOf(down, file);
  if (mid === undefined) return { down: matrix, downShape: down.shape, up: floatsOf(up, file) };
  const [inner = 0, channels = 0] = down.shape;
  const [, , height = 1, width = 1] = mid.shape;
  const kernel = height * width;
  const between = floatsOf(mid, file);
  const joined = new Float32Array(rank * channels * kernel);
  for (let r = 0; r < rank; r++)
    for (let j = 0; j < inner; j++)
      for (let c = 0; c < channels; c++) {
        const factor = matrix[j * channels + c] ?? 0;
        const [from, to] = [(r * inner + j) * kernel, (r * channels + c) * kernel];
        for (let k = 0; k < kernel; k++) joined[to + k] = (joined[to + k] ?? 0) + factor * (between[from + k] ?? 0);
      }
  return { down: joined, downShape: [rank, channels, height, width], up: floatsOf(up, file) };
}

const dialects: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\.processor\./, 'diffusers 0.14 to 0.20'],
  [/^lora_unet_(?:input|middle|output)_block/, "kohya, sgm's names"],
  [/^lora_/, 'kohya'],
  [/^(?:text_encoders\.|diffusion_model\.)/, 'ComfyUI'],
  [/^(?:clip_[lg]\.|unet\..*\.lora_(?:down|up)\.)/, 'OneTrainer'],
  [/\.(?:lora|lora_linear_layer)\.(?:down|up)\./, 'diffusers'],
  [/\.lora_[AB]\./, 'PEFT'],
];

function dialectOf({ tensors }: TensorSource): string {
  const found = dialects.find(([pattern]) => [...tensors.keys()].some((name) => pattern.test(name)));
  return found?.[1] ?? 'unknown';
}

function unknownName(source: TensorSource, name: string): LoraBridgeError {
  const known = [...source.tensors.keys()].some((other) => parseLoraKey(other) !== undefined);
  if (known) return unsupported(source.path, `holds ${name}, which is not part of a LoRA`);
  return new LoraBridgeError(
    'input.lora.invalid',
    `${source.path} holds no LoRA: its tensors have names like ${name}.`,
    {
      file: source.path,
      hint: 'Give a LoRA file; a whole model is given with --base.',
    },
  );
}

function invalid(path: string, what: string): LoraBridgeError {
  return new LoraBridgeError('input.lora.invalid', `${basename(path)} ${what}.`, {
    file: path,
    hint: 'The file was written incorrectly: create or download it again.',
  });
}

function unsupported(path: string, what: string): LoraBridgeError {
  return new LoraBridgeError('input.lora.unsupported', `${basename(path)} ${what}, which is not supported.`, {
    file: path,
    hint: 'Only plain LoRA (linear and convolution layers) for Stable Diffusion 1, 2 and XL is supported: look for such a version.',
  });
}
