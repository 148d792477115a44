/** @file Reads a LoRA as one rank and alpha for all targets, to continue training it. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { openSafetensors } from '../../safetensors/header.js';
import { tensorsOf } from '../../safetensors/stored-tensor.js';
import { copyColumns, type Lora, type LoraWeights, type TrainedComponent } from './lora.js';
import { type LoraModule, loraOf, readFactors } from './lora-file.js';
import { LoraLayout } from './lora-layout.js';
import type { LoraTarget } from './lora-targets.js';

export interface TrainedLora {
  readonly lora: Lora;
  /** Modules of the file that are not targets (text encoder, convolutions, …). */
  readonly ignored: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

interface FoundModule extends LoraWeights {
  readonly target: LoraTarget;
  readonly rank: number;
  readonly alpha: number;
}

/** A network, and its layers that a LoRA is trained on. */
export interface TrainedPart {
  readonly component: TrainedComponent;
  readonly targets: readonly LoraTarget[];
}

/**
 * Reads the LoRA of a network. Every target gets its matrices, zeros where the file has none. Where modules differ in rank or alpha, the
 * smaller are padded with zeros and their scales multiplied into `up`; a file with one rank and alpha is read unchanged.
 * @throws LoraBridgeError `input.lora.mismatch`, and what `loraOf` and reading safetensors throw
 */
export function readLora(path: string, { component, targets }: TrainedPart): TrainedLora {
  const { modules, metadata } = loraOf(tensorsOf(openSafetensors(path)), { transformers: component === 'transformer' });
  const isOurs = (module: LoraModule): boolean => module.component === component;
  const byPath = new Map(modules.filter(isOurs).map((each) => [each.path, each]));
  const found = targets.flatMap((target) => {
    const module = byPath.get(target.path);
    return module === undefined ? [] : [readModule(path, target, module)];
  });
  const [first] = found;
  if (first === undefined) {
    throw new LoraBridgeError(
      'input.lora.mismatch',
      `${path} has no weights for the attention layers of this base model.`,
      {
        file: path,
        hint: 'Use the LoRA with the base model it was trained on.',
      },
    );
  }
  const rank = Math.max(...found.map((module) => module.rank));
  const alpha = (first.alpha / first.rank) * rank;
  const unified = new Map(found.map((module) => [module.target.path, unify(module, rank, alpha)]));
  const layout = new LoraLayout(targets, rank);
  const values = layout.pack(unified);
  const lora = { component, rank, alpha, values, modules: layout.views(values) };
  const ignored = modules.filter((module) => !isOurs(module) || !unified.has(module.path));
  return { lora, ignored: ignored.map((module) => `${module.component}.${module.path}`), metadata };
}

function readModule(file: string, target: LoraTarget, module: LoraModule): FoundModule {
  const { rank, alpha } = module;
  const { down, up } = readFactors(file, module);
  const [inFeatures, outFeatures] = [down.length / rank, up.length / rank];
  if (inFeatures !== target.inFeatures || outFeatures !== target.outFeatures) {
    throw new LoraBridgeError(
      'input.lora.mismatch',
      `${file} was made for another base model: ${target.path} is ${inFeatures} → ${outFeatures} there, ${target.inFeatures} → ${target.outFeatures} here.`,
      { file, hint: 'Use the LoRA with the base model it was trained on.' },
    );
  }
  return { target, rank, alpha, down, up };
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
