/** @file `lora-bridge lora inspect`: what a LoRA file is, without reading its weights. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { familyOfLora } from '../diffusion/lora/lora-family.js';
import { type LoraFile, type LoraModule, openLora } from '../diffusion/lora/lora-file.js';
import { print, printJson } from './output.js';

const layerKinds: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [/\.(?:to_[qkv]|to_out\.0|[qkv]_proj|out_proj)$/, 'attention'],
  [/\.(?:ff\.net\.\d(?:\.proj)?|mlp\.fc\d)$/, 'feed-forward'],
  [/\.proj_(?:in|out)$/, 'projections'],
];

function kindOf({ path, down, mid }: LoraModule): string {
  const isKernel = (mid ?? down).shape.slice(2).some((size) => size > 1);
  if (isKernel) return 'convolutions';
  return layerKinds.find(([pattern]) => pattern.test(path))?.[1] ?? 'others';
}

function count<Key>(keys: readonly Key[]): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

const range = (values: readonly number[]): string => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? String(low) : `${low} to ${high}`;
};

interface Description {
  readonly file: string;
  readonly dialect: string;
  readonly family: string;
  readonly rank: string;
  readonly alpha: string;
  readonly dtype: string;
  /** As `unet: 128 attention, 22 convolutions`. */
  readonly layers: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

function describe(file: LoraFile): Description {
  const layers = [...new Set(file.modules.map(({ component }) => component))].map((component) => {
    const kinds = count(file.modules.filter((module) => module.component === component).map(kindOf));
    return `${component}: ${[...kinds].map(([kind, number]) => `${number} ${kind}`).join(', ')}`;
  });
  return {
    file: file.path,
    dialect: file.dialect,
    family: familyOfLora(file) ?? 'unknown',
    rank: range(file.modules.map(({ rank }) => rank)),
    alpha: range(file.modules.map(({ alpha }) => alpha)),
    dtype: [...new Set(file.modules.map(({ down }) => down.dtype))].join(', '),
    layers,
    metadata: file.metadata,
  };
}

/** Metadata worth showing, by its names in kohya's files and in Stability AI's specification. */
const interesting: readonly (readonly [name: string, title: string])[] = [
  ['modelspec.title', 'title'],
  ['modelspec.trigger_phrase', 'trigger'],
  ['ss_sd_model_name', 'base model'],
  ['ss_base_model_version', 'version'],
  ['ss_resolution', 'resolution'],
  ['ss_steps', 'steps'],
];

/** The ten commonest tags of the captions, as A1111 shows them. */
function tags(metadata: Readonly<Record<string, string>>): string | undefined {
  try {
    const folders = Object.values(
      JSON.parse(metadata.ss_tag_frequency ?? '{}') as Record<string, Record<string, number>>,
    );
    const sorted = folders.flatMap((counts) => Object.entries(counts)).sort((one, other) => other[1] - one[1]);
    return sorted.length === 0
      ? undefined
      : sorted
          .slice(0, 10)
          .map(([tag, times]) => `${tag} (${times})`)
          .join(', ');
  } catch {
    return undefined;
  }
}

export function addInspectCommand(lora: Command): void {
  lora
    .command('inspect')
    .description('Show what a LoRA file is: its format, base model family, ranks, layers and metadata.')
    .argument('<file>', 'LoRA file')
    .option('--json', 'Print one JSON object, with all metadata.')
    .action(async (file: string, { json }: { json?: boolean }) => {
      const description = describe(await openLora(resolve(file)));
      if (json) {
        printJson(description);
        return;
      }
      const { metadata, layers, file: _, ...rest } = description;
      const line = (title: string, text: string): void => print(`${title.padEnd(12)}${text}`);
      for (const [title, text] of Object.entries(rest)) line(title, text);
      for (const text of layers) line('layers', text);
      for (const [name, title] of interesting) if (metadata[name]) line(title, metadata[name]);
      const commonest = tags(metadata);
      if (commonest) line('tags', commonest);
    });
}
