/** @file Which files of a folder hold the weights of a network: one file or several shards, in the precision that is there. */
import { z } from 'zod';

/** What `NAME.safetensors.index.json` holds: the shard of each tensor. */
export const shardIndex = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Variants in order of preference; '' is the one without a name, which diffusers loads. All others come last. */
const preferred = ['', 'fp16', 'bf16'];

export interface Candidate {
  readonly file: string;
  readonly variant: string;
  readonly sharded: boolean;
}

/**
 * Which of a folder's files to use as the weights of `name`.
 * @param variant to prefer to all others
 */
export function bestCandidate(present: readonly string[], name: string, variant?: string): Candidate | undefined {
  const order = variant === undefined ? preferred : [variant, ...preferred];
  const rank = (candidate: Candidate) => {
    const place = order.indexOf(candidate.variant);
    return place < 0 ? order.length : place;
  };
  return present
    .flatMap((file) => candidate(file, name))
    .sort((a, b) => rank(a) - rank(b) || Number(a.sharded) - Number(b.sharded) || a.file.localeCompare(b.file))[0];
}

function candidate(file: string, name: string): Candidate[] {
  if (!file.startsWith(`${name}.`)) return [];
  const rest = file.slice(name.length);
  const whole = /^(?:\.([\w-]+))?\.safetensors$/.exec(rest);
  if (whole && !/-\d{5}-of-\d{5}$/.test(whole[1] ?? '')) return [{ file, variant: whole[1] ?? '', sharded: false }];
  const index = /^\.safetensors\.index(?:\.([\w-]+))?\.json$/.exec(rest);
  return index ? [{ file, variant: index[1] ?? '', sharded: true }] : [];
}
