/** @file Which family of base models a LoRA file is made for. */
import type { FamilyName } from '../../protocol/base-model.js';
import type { LoraFile } from './lora-file.js';

/** Width of the text embeddings that a UNet's cross-attention takes. */
const byContextWidth: Readonly<Record<number, FamilyName>> = { 768: 'sd1', 1024: 'sd2', 2048: 'sdxl' };

/** The family according to shapes, names or metadata; undefined when none of them says. */
export function familyOfLora({ modules, metadata, dialect }: LoraFile): FamilyName | undefined {
  if (modules.some(({ component }) => component === 'text_encoder_2')) return 'sdxl';
  const context = modules.find(({ path }) => /\.attn2\.to_[kv]$/.test(path))?.down.shape[1];
  const byShape = byContextWidth[context ?? 0];
  if (byShape !== undefined) return byShape;
  const version = metadata.ss_base_model_version ?? metadata['modelspec.architecture'] ?? '';
  if (/sdxl|xl-v1/.test(version)) return 'sdxl';
  if (/sd_v2|diffusion-v2/.test(version)) return 'sd2';
  if (/sd_v1|diffusion-v1/.test(version)) return 'sd1';
  return dialect.includes('sgm') ? 'sdxl' : undefined;
}
