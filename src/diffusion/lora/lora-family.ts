/** @file For which kind of base model a LoRA file is. */
import type { FamilyName } from '../../protocol/base-model.js';
import type { LoraFile } from './lora-file.js';

/** Width of the text embeddings that a UNet's cross-attention takes. */
const byContextWidth: Readonly<Record<number, FamilyName>> = { 768: 'sd1', 1024: 'sd2', 2048: 'sdxl' };

/** The family that the shapes, names or metadata tell; undefined when none of them does. */
export function familyOfLora({ modules, metadata, dialect }: LoraFile): FamilyName | undefined {
  if (modules.some(({ component }) => component === 'text_encoder_2')) return 'sdxl';
  const context = modules.find(({ path }) => /\.attn2\.to_[kv]$/.test(path))?.down.shape[1];
  const told = byContextWidth[context ?? 0];
  if (told !== undefined) return told;
  const version = metadata.ss_base_model_version ?? metadata['modelspec.architecture'] ?? '';
  if (/sdxl|xl-v1/.test(version)) return 'sdxl';
  if (/sd_v2|diffusion-v2/.test(version)) return 'sd2';
  if (/sd_v1|diffusion-v1/.test(version)) return 'sd1';
  return dialect.includes('sgm') ? 'sdxl' : undefined;
}
