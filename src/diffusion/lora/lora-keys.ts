/**
 * @file The names under which LoRA files keep their matrices.
 * kohya: `lora_unet_…_attn1_to_q.lora_down.weight`, dots of the path written as underscores. diffusers:
 * `unet.….attn1.to_q.lora.down.weight`, or `.lora_A.weight` as PEFT names it; in 2023
 * `unet.….attn1.processor.to_q_lora.down.weight`, at first without `unet.`.
 */

export type LoraPart = 'down' | 'up' | 'alpha';

export interface LoraKey {
  /** The module by its path in the UNet, or, where that is none of ours, the name the file gives it. */
  readonly module: string;
  readonly part: LoraPart;
}

const kohyaParts: Readonly<Record<string, LoraPart>> = {
  'lora_down.weight': 'down',
  'lora_up.weight': 'up',
  alpha: 'alpha',
};

const diffusersSuffix = /^(.+?)(?:[._]lora\.(down|up)\.weight|\.lora_(A|B)\.weight|\.(alpha))$/;

/** `lora_unet_` and the path with underscores: the name of a module in kohya's files. */
export function kohyaName(path: string): string {
  return `lora_unet_${path.replaceAll('.', '_')}`;
}

/**
 * Understands the key of any file of the kinds above; undefined for a key that belongs to no LoRA.
 * `pathOfKohyaName` turns `lora_unet_…` back into the path, which the name alone does not tell.
 */
export function parseLoraKey(key: string, pathOfKohyaName: ReadonlyMap<string, string>): LoraKey | undefined {
  if (/^lora_(unet|te\d?)_/.test(key)) {
    const dot = key.indexOf('.');
    const part = kohyaParts[key.slice(dot + 1)];
    if (dot < 0 || part === undefined) return undefined;
    const name = key.slice(0, dot);
    return { module: pathOfKohyaName.get(name) ?? name, part };
  }
  const [, name, downOrUp, letter] = diffusersSuffix.exec(key) ?? [];
  if (name === undefined) return undefined;
  const part = downOrUp === 'down' || letter === 'A' ? 'down' : downOrUp === 'up' || letter === 'B' ? 'up' : 'alpha';
  return { module: diffusersPath(name), part };
}

function diffusersPath(name: string): string {
  return name
    .replace(/^unet\./, '')
    .replace(/\.processor\.(to_\w+?)(?:_lora)?$/, '.$1')
    .replace(/\.to_out$/, '.to_out.0');
}
