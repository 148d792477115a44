/** @file Merges several LoRAs into one, and changes the rank of LoRAs. */
import { basename } from 'node:path';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { fromFloats } from '../../safetensors/floats.js';
import type { StoredTensor } from '../../safetensors/stored-tensor.js';
import { joined } from '../joined.js';
import { copyColumns } from './lora.js';
import type { ChosenLora } from './lora-adapters.js';
import { type LoraModule, readFactors } from './lora-file.js';
import { type Factors, reduceRank } from './low-rank.js';

/** A module of one of the files, with its strength. */
interface Term {
  readonly file: string;
  readonly module: LoraModule;
  readonly scale: number;
}

/** A module whose matrices are computed on demand; its alpha is its rank. */
export function computedModule(
  { component, path }: Pick<LoraModule, 'component' | 'path'>,
  shape: { readonly rank: number; readonly out: number; readonly input: readonly number[] },
  dtype: 'F32' | 'F16',
  compute: () => Factors,
): LoraModule {
  const { rank, out, input } = shape;
  const tensor = (part: 'up' | 'down', dims: readonly number[]): StoredTensor => ({
    name: '',
    dtype,
    shape: dims,
    bytes: () => fromFloats(dtype, compute()[part]),
  });
  const kernel = input.slice(1).map(() => 1);
  return {
    component,
    path,
    rank,
    alpha: rank,
    down: tensor('down', [rank, ...input]),
    up: tensor('up', [out, rank, ...kernel]),
  };
}

/**
 * The exact sum of LoRAs, by concatenating their ranks. With `rank`, the nearest LoRA of at most that rank instead.
 * @throws LoraBridgeError `input.lora.mismatch` when shapes of layers differ.
 */
export function sumLoras(
  loras: readonly ChosenLora[],
  options: { readonly dtype: 'F32' | 'F16'; readonly rank?: number | undefined },
): LoraModule[] {
  const terms = new Map<string, [Term, ...Term[]]>();
  for (const { file, weight, textWeight = weight } of loras)
    for (const module of file.modules) {
      const strength = module.component === 'unet' ? weight : textWeight;
      const term = { file: file.path, module, scale: (strength * module.alpha) / module.rank };
      const key = `${module.component}:${module.path}`;
      const known = terms.get(key);
      if (known === undefined) terms.set(key, [term]);
      else known.push(term);
    }
  return [...terms.values()].map((list) => sumOf(list, options));
}

function sumOf(
  terms: readonly [Term, ...Term[]],
  { dtype, rank: maximumRank }: { readonly dtype: 'F32' | 'F16'; readonly rank?: number | undefined },
): LoraModule {
  const [{ module: first }] = terms;
  const { out, input } = layerShape(first);
  for (const { file, module } of terms) {
    const own = layerShape(module);
    if (own.out === out && own.input.join() === input.join()) continue;
    throw new LoraBridgeError(
      'input.lora.mismatch',
      `${basename(file)} is for a different base model than the others.`,
      {
        file,
        hint: 'Merge LoRAs of one base model only.',
      },
    );
  }
  const size = input.reduce((product, length) => product * length, 1);
  const whole = terms.reduce((sum, { module }) => sum + module.rank, 0);
  const rank = maximumRank === undefined ? whole : Math.min(maximumRank, whole, out, size);
  // Both matrices are requested one after the other: the result is kept in between.
  let last: Factors | undefined;
  return computedModule(first, { rank, out, input }, dtype, () => {
    if (last !== undefined) {
      const kept = last;
      last = undefined;
      return kept;
    }
    const joined = concatRanks(terms, whole, out);
    last = rank < whole ? reduceRank(joined, rank) : joined;
    return last;
  });
}

/** Outputs, and [in] or [in, height, width], of the layer that a module changes. */
function layerShape({ down, up, mid }: LoraModule): { readonly out: number; readonly input: readonly number[] } {
  const [, channels = 0, ...kernel] = down.shape;
  return { out: up.shape[0] ?? 0, input: [channels, ...(mid === undefined ? kernel : mid.shape.slice(2))] };
}

function concatRanks(terms: readonly Term[], rank: number, out: number): Factors {
  const up = new Float32Array(out * rank);
  const downs: Float32Array[] = [];
  let column = 0;
  for (const { file, module, scale } of terms) {
    const factors = readFactors(file, module);
    downs.push(factors.down);
    copyColumns(factors.up, module.rank, up, rank, column, scale);
    column += module.rank;
  }
  return { rank, up, down: joined(downs) };
}
