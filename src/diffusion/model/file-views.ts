/** @file Tensors of a single file under other names. */
import { z } from 'zod';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { SafetensorsFile } from '../../safetensors/header.js';
import type { ModuleNames } from '../families/unet-names.js';
import type { NetworkWeights, WeightView } from '../weights/network-weights.js';

/** How many tensors exist with the names `nameOf(0)`, `nameOf(1)` and so on. */
export function countFrom(file: SafetensorsFile, nameOf: (index: number) => string): number {
  let count = 0;
  while (file.tensors.has(nameOf(count))) count++;
  return count;
}

/** The tensors whose names begin with `prefix`, by diffusers' names; modules that have none there are ignored. */
export function renamedViews(file: SafetensorsFile, prefix: string, modules: readonly ModuleNames[]): NetworkWeights {
  const diffusersName = new Map(modules.map(({ single, diffusers }) => [single, diffusers]));
  const views = new Map<string, WeightView>();
  for (const { name: tensor, shape } of file.tensors.values()) {
    if (!tensor.startsWith(prefix)) continue;
    const name = renamed(tensor.slice(prefix.length), diffusersName);
    if (name !== undefined) views.set(name, { file, tensor, shape: isLinear(name) ? shape.slice(0, 2) : shape });
  }
  return views;
}

/** The VAE's attention has linear layers in diffusers, 1 × 1 convolutions in single files. */
const isLinear = (name: string): boolean => /\.mid_block\.attentions\.0\.to_[a-z.0]+weight$/.test(name);

function renamed(name: string, diffusersName: ReadonlyMap<string, string>): string | undefined {
  for (let end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
    const module = diffusersName.get(name.slice(0, end));
    if (module !== undefined) return module + name.slice(end);
  }
  return undefined;
}

/**
 * Validates a configuration derived from a file's shapes.
 * @throws LoraBridgeError `input.model.invalid` when no network can have them
 */
export function configOf<Config>(
  file: SafetensorsFile,
  network: string,
  schema: z.ZodType<Config>,
  derived: unknown,
): Config {
  const result = schema.safeParse(derived);
  if (result.success) return result.data;
  throw new LoraBridgeError(
    'input.model.invalid',
    `The shapes of the ${network} in ${file.path} are invalid: ${z.prettifyError(result.error)}`,
    {
      file: file.path,
      cause: result.error,
      hint: 'The file is damaged or is not a Stable Diffusion checkpoint: download it again.',
    },
  );
}
