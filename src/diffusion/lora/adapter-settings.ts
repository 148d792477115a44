/**
 * @file Alpha in PEFT's files: not next to the matrices but in settings, which diffusers 0.34 and later write into the metadata
 * (`lora_adapter_metadata`), and PEFT itself into `adapter_config.json` next to the file.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { TensorSource } from '../../safetensors/stored-tensor.js';
import type { LoraComponent } from './lora-keys.js';

export interface AdapterSettings {
  /** A module's alpha, such that alpha / rank is its scale; undefined if the settings do not say. */
  alpha(component: LoraComponent, path: string, rank: number): number | undefined;
}

/** @throws LoraBridgeError `input.lora.invalid` for settings that are not JSON, `input.lora.unsupported` for DoRA. */
export function adapterSettings(source: TensorSource): AdapterSettings {
  const settings = readSettings(source);
  const setting = (component: LoraComponent, name: string): unknown => {
    const own: unknown = Reflect.get(settings, `${component}.${name}`);
    return own === undefined && component === 'unet' ? Reflect.get(settings, name) : own;
  };
  for (const component of ['unet', 'text_encoder', 'text_encoder_2'] as const) {
    if (setting(component, 'use_dora') !== true) continue;
    throw new LoraBridgeError('input.lora.unsupported', `${source.path} is a DoRA, which is not supported.`, {
      file: source.path,
      hint: 'Look for a plain LoRA.',
    });
  }
  return {
    alpha(component, path, rank) {
      const alpha = matching(setting(component, 'alpha_pattern'), path) ?? setting(component, 'lora_alpha');
      if (typeof alpha !== 'number' || !(alpha > 0)) return undefined;
      // Rank-stabilised LoRA (Kalajdzievski, 2023, arXiv 2312.03732): the scale is alpha / √rank.
      return setting(component, 'use_rslora') === true ? alpha * Math.sqrt(rank) : alpha;
    },
  };
}

/** The entry whose key is the path or a suffix of it; PEFT treats keys as regular expressions, and diffusers writes `^path`. */
function matching(patterns: unknown, path: string): unknown {
  if (typeof patterns !== 'object' || patterns === null) return undefined;
  for (const [pattern, value] of Object.entries(patterns)) {
    const key = pattern.replace(/^\^/, '').replace(/\$$/, '').replaceAll('\\.', '.');
    if (path === key || path.endsWith(`.${key}`)) return value;
  }
  return undefined;
}

function readSettings({ path, metadata }: TensorSource): object {
  const settingsFile = join(dirname(path), 'adapter_config.json');
  const isPeftFolder = basename(path).startsWith('adapter_model.') && existsSync(settingsFile);
  const text = metadata.lora_adapter_metadata ?? (isPeftFolder ? readFileSync(settingsFile, 'utf8') : '{}');
  try {
    const settings: unknown = JSON.parse(text);
    if (typeof settings === 'object' && settings !== null) return settings;
    throw new TypeError('It is not an object.');
  } catch (cause) {
    throw new LoraBridgeError('input.lora.invalid', `${path} has adapter settings that are not a JSON object.`, {
      file: path,
      cause,
      hint: 'The file was written incorrectly: create or download it again.',
    });
  }
}
