/** @file Reads a LoRA file, whoever wrote it: kohya's keys, diffusers' keys of 2023 and of today, PEFT's. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { openSafetensors, type SafetensorsFile } from '../../safetensors/header.js';
import { readTensor, tensorEntry } from '../../safetensors/read.js';
import type { UnetConfig } from '../config/unet-config.js';
import { copyColumns, type Lora, type LoraWeights } from './lora.js';
import { kohyaName, type LoraPart, parseLoraKey } from './lora-keys.js';
import { type LoraTarget, loraTargets } from './lora-targets.js';

export interface LoraFile {
  readonly lora: Lora;
  /** Modules of the file that have no effect here (text encoder, convolutions, …): the user should be told. */
  readonly ignored: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

type Keys = Partial<Record<LoraPart, string>>;

interface FoundModule extends LoraWeights {
  readonly target: LoraTarget;
  readonly rank: number;
  readonly alpha: number;
}

/**
 * Reads a LoRA for a UNet. Every target gets its matrices, zeros where the file has none. Where modules differ in rank or
 * alpha, the smaller are padded with zeros and their scales put into `up`; a file with one rank and alpha is read as it is.
 * Throws `input.lora.invalid`, `input.lora.mismatch`, and what reading safetensors throws.
 */
export function readLora(path: string, config: UnetConfig): LoraFile {
  const file = openSafetensors(path);
  const targets = loraTargets(config);
  const modules = keysByModule(file, targets);
  const found = targets.flatMap((target) => {
    const keys = modules.get(target.path);
    modules.delete(target.path);
    return keys === undefined ? [] : [readModule(file, target, keys)];
  });
  const ignored = [...modules.keys()];
  const [first] = found;
  if (first === undefined) throw noneFound(path, ignored);
  const rank = Math.max(...found.map((module) => module.rank));
  const alpha = (first.alpha / first.rank) * rank;
  const byPath = new Map(found.map((module) => [module.target.path, unify(module, rank, alpha)]));
  const lora = {
    rank,
    alpha,
    modules: new Map(targets.map((target) => [target.path, byPath.get(target.path) ?? zeros(target, rank)])),
  };
  return { lora, ignored, metadata: file.metadata };
}

function keysByModule(file: SafetensorsFile, targets: readonly LoraTarget[]): Map<string, Keys> {
  const paths = new Map(targets.map(({ path }) => [kohyaName(path), path]));
  const modules = new Map<string, Keys>();
  for (const key of file.tensors.keys()) {
    const parsed = parseLoraKey(key, paths) ?? { module: key, part: undefined };
    const keys = modules.get(parsed.module) ?? {};
    modules.set(parsed.module, keys);
    if (parsed.part !== undefined) keys[parsed.part] = key;
  }
  return modules;
}

function readModule(file: SafetensorsFile, target: LoraTarget, keys: Keys): FoundModule {
  if (keys.down === undefined || keys.up === undefined)
    throw new LoraBridgeError('input.lora.invalid', `${file.path} has only half of the LoRA of ${target.path}.`, {
      file: file.path,
      hint: 'The file was written wrongly: make or download it again.',
    });
  const [rank = 0, inFeatures] = tensorEntry(file, keys.down).shape;
  const [outFeatures, upRank] = tensorEntry(file, keys.up).shape;
  if (inFeatures !== target.inFeatures || outFeatures !== target.outFeatures)
    throw new LoraBridgeError(
      'input.lora.mismatch',
      `${file.path} was made for another base model: ${target.path} is ${inFeatures} → ${outFeatures} there, ${target.inFeatures} → ${target.outFeatures} here.`,
      { file: file.path, hint: 'Use the LoRA with the base model it was trained on.' },
    );
  const down = readTensor(file, keys.down);
  const up = readTensor(file, keys.up);
  if (rank < 1 || upRank !== rank || down.length !== rank * inFeatures || up.length !== rank * outFeatures)
    throw new LoraBridgeError('input.lora.invalid', `${file.path} has matrices for ${target.path} that do not fit.`, {
      file: file.path,
      hint: 'It may be another kind of adapter (LoHa, LoKr); only plain LoRA can be read.',
    });
  const alpha = keys.alpha === undefined ? peftAlpha(file, target.path) : readTensor(file, keys.alpha)[0];
  return { target, rank, alpha: alpha ?? rank, down, up };
}

/** Alpha as diffusers writes it since 0.34: PEFT's settings as JSON in the metadata. Without any, alpha is the rank. */
function peftAlpha(file: SafetensorsFile, path: string): number | undefined {
  const text = file.metadata.lora_adapter_metadata;
  if (text === undefined) return undefined;
  try {
    const settings: unknown = JSON.parse(text);
    if (typeof settings !== 'object' || settings === null) return undefined;
    const patterns: unknown = Reflect.get(settings, 'unet.alpha_pattern');
    const own: unknown = typeof patterns === 'object' && patterns !== null ? Reflect.get(patterns, path) : undefined;
    const alpha = own ?? Reflect.get(settings, 'unet.lora_alpha');
    return typeof alpha === 'number' && alpha > 0 ? alpha : undefined;
  } catch (cause) {
    throw new LoraBridgeError('input.lora.invalid', `${file.path} has adapter metadata that is not JSON.`, {
      file: file.path,
      cause,
      hint: 'The file was written wrongly: make or download it again.',
    });
  }
}

function unify(module: FoundModule, rank: number, alpha: number): LoraWeights {
  const scale = module.alpha / module.rank / (alpha / rank);
  if (module.rank === rank && scale === 1) return { down: module.down, up: module.up };
  const down = new Float32Array(rank * module.target.inFeatures);
  down.set(module.down);
  const up = new Float32Array(module.target.outFeatures * rank);
  copyColumns(module.up, module.rank, up, rank, 0, scale);
  return { down, up };
}

function zeros(target: LoraTarget, rank: number): LoraWeights {
  return { down: new Float32Array(rank * target.inFeatures), up: new Float32Array(target.outFeatures * rank) };
}

function noneFound(path: string, names: readonly string[]): LoraBridgeError {
  const isSdxl = names.some((name) => /input_blocks_\d|lora_te2_|text_encoder_2/.test(name));
  if (isSdxl)
    return new LoraBridgeError('input.lora.mismatch', `${path} is a LoRA for SDXL, the base model is not.`, {
      file: path,
      hint: 'Use the LoRA with the base model it was trained on.',
    });
  return new LoraBridgeError('input.lora.invalid', `${path} holds no LoRA for the attentions of this base model.`, {
    file: path,
    hint: 'Give a LoRA of the base model, with the keys of kohya (lora_unet_…) or diffusers (unet.…).',
  });
}
