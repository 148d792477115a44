/** @file Writes LoRA files in the two common formats, kohya's and diffusers'. */
import { fromFloats, isFloatDtype } from '../../safetensors/floats.js';
import type { StoredTensor } from '../../safetensors/stored-tensor.js';
import { type TensorToWrite, writeTensors } from '../../safetensors/write.js';
import type { Lora } from './lora.js';
import { type LoraModule, readFactors } from './lora-file.js';
import { diffusersKeys, type KohyaNaming, kohyaName, type LoraComponent } from './lora-keys.js';
import { type LoraTraining, loraMetadata, namingOf } from './lora-metadata.js';

type Metadata = Readonly<Record<string, string>>;

/**
 * For A1111, Forge and ComfyUI. Matrices keep their types.
 * @throws what `writeTensors` throws
 */
export function writeKohyaModules(
  path: string,
  modules: readonly LoraModule[],
  naming: KohyaNaming,
  metadata: Metadata,
): void {
  const tensors = modules.flatMap(({ component, path: own, alpha, down, up, mid }): TensorToWrite[] => {
    const name = kohyaName(component, own, naming);
    const dtype = isFloatDtype(down.dtype) ? down.dtype : 'F32';
    const bytes = (): Uint8Array => fromFloats(dtype, Float32Array.of(alpha));
    return [
      { name: `${name}.alpha`, dtype, shape: [], bytes },
      { ...down, name: `${name}.lora_down.weight` },
      { ...up, name: `${name}.lora_up.weight` },
      ...(mid === undefined ? [] : [{ ...mid, name: `${name}.lora_mid.weight` }]),
    ];
  });
  writeTensors(path, tensors, metadata);
}

/**
 * For diffusers, as by `save_lora_weights` of its pipelines. Alpha is in the metadata, where diffusers 0.34 and later look for it.
 * Matrices keep their types.
 * @throws what `writeTensors` throws
 */
export function writeDiffusersModules(path: string, modules: readonly LoraModule[], metadata: Metadata = {}): void {
  const keysOf = diffusersKeys(modules);
  const tensors = modules.flatMap((module): TensorToWrite[] => {
    const { component, path: own, up } = module;
    const keys = keysOf(component, own);
    return [
      { ...withoutMid(module), name: keys.down },
      { ...up, name: keys.up },
    ];
  });
  const settings = Object.assign({}, ...components.map((component) => peftSettings(component, modules)));
  const text = JSON.stringify(settings, undefined, 2);
  writeTensors(path, tensors, { ...metadata, format: 'pt', lora_adapter_metadata: text });
}

/** PEFT has only two matrices: the one between them is multiplied into the first. */
function withoutMid(module: LoraModule): StoredTensor {
  const { rank, down, mid } = module;
  if (mid === undefined) return down;
  const shape = [rank, down.shape[1] ?? 0, ...mid.shape.slice(2)];
  return { name: '', dtype: 'F32', shape, bytes: () => fromFloats('F32', readFactors(module.path, module).down) };
}

const components = ['unet', 'transformer', 'text_encoder', 'text_encoder_2'] as const;

/** PEFT matches suffixes of paths; transformers 5 has no `text_model` prefix. */
const pattern = ({ path }: LoraModule): string => path.replace(/^text_model\./, '');

/** The settings of PEFT's `LoraConfig` for one network, each prefixed with the network's name. */
function peftSettings(component: LoraComponent, all: readonly LoraModule[]): Record<string, unknown> {
  const modules = all.filter((module) => module.component === component);
  const [first] = modules;
  if (first === undefined) return {};
  const others = (value: (module: LoraModule) => number): Record<string, number> =>
    Object.fromEntries(
      modules.filter((module) => value(module) !== value(first)).map((module) => [pattern(module), value(module)]),
    );
  return {
    [`${component}.peft_type`]: 'LORA',
    [`${component}.r`]: first.rank,
    [`${component}.lora_alpha`]: first.alpha,
    [`${component}.rank_pattern`]: others(({ rank }) => rank),
    [`${component}.alpha_pattern`]: others(({ alpha }) => alpha),
    [`${component}.target_modules`]: modules.map(pattern).sort(),
  };
}

/**
 * A trained LoRA for A1111, Forge and ComfyUI: `lora.safetensors`, float32.
 * @throws what `writeTensors` throws
 */
export function writeKohyaLora(path: string, lora: Lora, training: LoraTraining): void {
  writeKohyaModules(path, modulesOf(lora), namingOf(training.family), loraMetadata(lora, training));
}

/**
 * A trained LoRA for diffusers: `pytorch_lora_weights.safetensors`, float32.
 * @throws what `writeTensors` throws
 */
export function writeDiffusersLora(path: string, lora: Lora): void {
  writeDiffusersModules(path, modulesOf(lora));
}

function modulesOf({ component, rank, alpha, modules }: Lora): LoraModule[] {
  return Array.from(modules, ([path, { down, up }]) => ({
    component,
    path,
    rank,
    alpha,
    down: floatTensor([rank, down.length / rank], down),
    up: floatTensor([up.length / rank, rank], up),
  }));
}

/** A tensor in memory, without a name. */
export function floatTensor(shape: readonly number[], data: Float32Array): StoredTensor {
  return { name: '', dtype: 'F32', shape, bytes: () => fromFloats('F32', data) };
}
