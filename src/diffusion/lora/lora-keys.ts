/**
 * @file The names of LoRA tensors, in all naming schemes. A key consists of the name of a module and that of a part.
 *
 * | written by | module | parts |
 * |---|---|---|
 * | kohya's sd-scripts, LyCORIS, ai-toolkit | `lora_unet_` and the path, flat; for SDXL sgm's | `.lora_down.weight`, `.lora_up.weight`, `.alpha` |
 * | OneTrainer | the same with diffusers' path also for SDXL; `lora_te1_`; or `unet.`, `clip_l.` and sgm's path | the same |
 * | diffusers 0.14 to 0.20 | `unet.….attn1.processor.to_q_lora`, at first without `unet.` | `.down.weight`, `.up.weight` |
 * | diffusers since | `unet.….attn1.to_q.lora`, `text_encoder.….q_proj.lora_linear_layer` | `.down.weight`, `.up.weight` |
 * | PEFT | `unet.….to_q`, `base_model.model.….to_q` | `.lora_A.weight`, `.lora_B.weight` |
 * | ComfyUI | `diffusion_model.input_blocks.…`, `text_encoders.clip_l.transformer.…` | either |
 */
import { flatten, unflatten } from './flat-name.js';
import { fromSgm, toSgm } from './sgm-blocks.js';

/** A network of a base model, as diffusers names its folder. */
export type LoraComponent = 'unet' | 'transformer' | 'text_encoder' | 'text_encoder_2';

export type LoraPart = 'down' | 'up' | 'mid' | 'alpha';

export interface LoraKey {
  readonly component: LoraComponent;
  /** The module's path in diffusers. */
  readonly path: string;
  readonly part: LoraPart;
}

const parts: readonly (readonly [pattern: RegExp, part: LoraPart])[] = [
  [/(?:\.lora_down|[._]lora\.down|\.lora_linear_layer\.down|\.lora_A(?:\.default)?)\.weight$/, 'down'],
  [/(?:\.lora_up|[._]lora\.up|\.lora_linear_layer\.up|\.lora_B(?:\.default)?)\.weight$/, 'up'],
  [/\.lora_mid\.weight$/, 'mid'],
  [/\.alpha$/, 'alpha'],
];

const components: readonly (readonly [pattern: RegExp, component: LoraComponent])[] = [
  [/^(?:text_encoder_2|clip_g|text_encoders\.clip_g\.transformer|lora_te2)[._]/, 'text_encoder_2'],
  [/^(?:lora_transformer|transformer)[._]/, 'transformer'],
  [/^base_model\.model\.(?=text_model\.)/, 'text_encoder'],
  [/^(?:text_encoder|clip_l|text_encoders\.clip_l\.transformer|lora_te1?)[._]/, 'text_encoder'],
  [/^(?:lora_unet|unet\.base_model\.model|unet|diffusion_model|base_model\.model)[._]/, 'unet'],
  [/^(?=text_model\.)/, 'text_encoder'],
  [/^(?=(?:down_blocks|mid_block|up_blocks|input_blocks|middle_block|output_blocks)\.)/, 'unet'],
];

/** Parses a key of any scheme; undefined for a key that does not belong to a LoRA. */
export function parseLoraKey(key: string): LoraKey | undefined {
  for (const [partPattern, part] of parts) {
    if (!partPattern.test(key)) continue;
    const name = key.replace(partPattern, '');
    for (const [pattern, component] of components) {
      if (!pattern.test(name)) continue;
      const rest = name.replace(pattern, '');
      const dotted = name.startsWith('lora_') ? unflatten(rest) : rest;
      return { component, part, path: toDiffusersPath[component](dotted) };
    }
  }
  return undefined;
}

/** Converts a module's path in a file to that in diffusers. */
const toDiffusersPath: Readonly<Record<LoraComponent, (path: string) => string>> = {
  unet: unetPath,
  transformer: (path) => path,
  text_encoder: textPath,
  text_encoder_2: textPath,
};

function unetPath(path: string): string {
  return fromSgm(path)
    .replace(/\.processor\.(to_\w+?)$/, '.$1')
    .replace(/\.to_out$/, '.to_out.0');
}

/** Always with `text_model.`, as in the files; old LoRA processors of text encoders named their projections like the UNet's. */
function textPath(path: string): string {
  const named = path.replace(/\.self_attn\.to_(q|k|v|out)$/, '.self_attn.$1_proj');
  return named.startsWith('encoder.') ? `text_model.${named}` : named;
}

/** SDXL's names differ: sgm's blocks, and numbered text encoders. */
export type KohyaNaming = 'sd' | 'sdxl';

/** `lora_unet_` and the flat path: the name of a module in kohya's files. */
export function kohyaName(component: LoraComponent, path: string, naming: KohyaNaming): string {
  if (component === 'unet') return `lora_unet_${flatten(naming === 'sdxl' ? toSgm(path) : path)}`;
  // kohya has no names for diffusers' transformers; these are OneTrainer's, which ComfyUI reads.
  if (component === 'transformer') return `lora_transformer_${flatten(path)}`;
  const number = component === 'text_encoder_2' ? '2' : naming === 'sdxl' ? '1' : '';
  return `lora_te${number}_${flatten(path)}`;
}

const attention = /\.to_(?:q|k|v|out\.0)$/;

/** The keys of `down` and `up` of some modules in diffusers' files. */
export type DiffusersKeys = (component: LoraComponent, path: string) => { readonly down: string; readonly up: string };

/**
 * Attentions have diffusers' own names, everything else PEFT's. Where a UNet has both, all get PEFT's names: of files with both kinds, even
 * its own, diffusers 0.42 loads only PEFT's.
 */
export function diffusersKeys(modules: readonly Pick<LoraKey, 'component' | 'path'>[]): DiffusersKeys {
  const isPeft = modules.some(({ component, path }) => component === 'unet' && !attention.test(path));
  return (component, path) => {
    const name = `${component}.${path}`;
    if (component === 'unet' && !isPeft) return { down: `${name}.lora.down.weight`, up: `${name}.lora.up.weight` };
    if (component !== 'unet' && /\.(?:q|k|v|out)_proj$/.test(path))
      return { down: `${name}.lora_linear_layer.down.weight`, up: `${name}.lora_linear_layer.up.weight` };
    return { down: `${name}.lora_A.weight`, up: `${name}.lora_B.weight` };
  };
}
