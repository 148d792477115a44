/** @file Prepares LoRA files for running: which layers of which network they change, and at what strength. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { Adapters } from '../weights/adapters.js';
import { type LoraFile, readFactors } from './lora-file.js';
import type { LoraComponent } from './lora-keys.js';

export interface ChosenLora {
  readonly file: LoraFile;
  /** Strength in the UNet; 1 is the LoRA as trained. */
  readonly weight: number;
  /** Strength in the text encoders. Default: the same. */
  readonly textWeight?: number | undefined;
}

/** The LoRAs of each network of a base model. */
export type LoraAdapters = ReadonlyMap<LoraComponent, Adapters>;

/** Reads the matrices of all files. @throws LoraBridgeError what reading them throws. */
export function loraAdapters(loras: readonly ChosenLora[]): LoraAdapters {
  const adapters = new Map<LoraComponent, Adapters>();
  for (const { file, weight, textWeight = weight } of loras)
    for (const module of file.modules) {
      const { component, path, rank, alpha } = module;
      const { down, downShape, up } = readFactors(file.path, module);
      const scale = ((component === 'unet' ? weight : textWeight) * alpha) / rank;
      const network = adapters.get(component) ?? new Adapters();
      adapters.set(component, network);
      network.add(path, { file: file.path, rank, down, downShape, up: up.map((value) => value * scale) });
    }
  return adapters;
}

/**
 * @param components those that the base model has
 * @throws LoraBridgeError `input.lora.mismatch` when a LoRA changes a network that the model does not have.
 */
export function checkComponents(loras: readonly ChosenLora[], components: readonly LoraComponent[]): void {
  for (const { file } of loras) {
    const other = file.modules.find(({ component }) => !components.includes(component));
    if (other === undefined) continue;
    const model = other.component === 'text_encoder_2' ? 'SDXL, the base model is not' : 'another base model';
    throw new LoraBridgeError('input.lora.mismatch', `${file.path} is a LoRA for ${model}.`, {
      file: file.path,
      hint: 'Use the LoRA with the base model it was trained on.',
    });
  }
}
