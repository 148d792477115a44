/** @file Writes a LoRA in the two layouts that other programs read: kohya's and diffusers'. Both files are float32. */
import type { TensorData } from '../../safetensors/write.js';
import { writeSafetensors } from '../../safetensors/write.js';
import type { Lora } from './lora.js';
import { kohyaName } from './lora-keys.js';
import { type LoraTraining, loraMetadata } from './lora-metadata.js';

/** For A1111, Forge and ComfyUI: `lora.safetensors`. Throws what `writeSafetensors` throws. */
export function writeKohyaLora(path: string, lora: Lora, training: LoraTraining): void {
  const tensors: Record<string, TensorData> = {};
  for (const [module, { down, up }] of lora.modules) {
    const name = kohyaName(module);
    tensors[`${name}.alpha`] = { shape: [], data: Float32Array.of(lora.alpha) };
    tensors[`${name}.lora_down.weight`] = matrix(down, lora.rank, down.length / lora.rank);
    tensors[`${name}.lora_up.weight`] = matrix(up, up.length / lora.rank, lora.rank);
  }
  writeSafetensors(path, tensors, { metadata: loraMetadata(lora, training) });
}

/**
 * For diffusers: `pytorch_lora_weights.safetensors`, as `StableDiffusionPipeline.save_lora_weights` writes it after
 * `train_dreambooth_lora.py`. Alpha stands in the metadata, where diffusers 0.34 and later look for it.
 * Throws what `writeSafetensors` throws.
 */
export function writeDiffusersLora(path: string, lora: Lora): void {
  const tensors: Record<string, TensorData> = {};
  for (const [module, { down, up }] of lora.modules) {
    tensors[`unet.${module}.lora.down.weight`] = matrix(down, lora.rank, down.length / lora.rank);
    tensors[`unet.${module}.lora.up.weight`] = matrix(up, up.length / lora.rank, lora.rank);
  }
  const settings = {
    'unet.peft_type': 'LORA',
    'unet.r': lora.rank,
    'unet.lora_alpha': lora.alpha,
    'unet.target_modules': ['to_k', 'to_out.0', 'to_q', 'to_v'],
  };
  const metadata = { format: 'pt', lora_adapter_metadata: JSON.stringify(settings, undefined, 2) };
  writeSafetensors(path, tensors, { metadata });
}

function matrix(data: Float32Array, rows: number, columns: number): TensorData {
  return { shape: [rows, columns], data };
}
