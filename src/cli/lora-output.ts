/** @file How the commands that make LoRA files write them: layout, precision, metadata. */
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import type { LoraModule } from '../diffusion/lora/lora-file.js';
import { derivedMetadata, namingOf } from '../diffusion/lora/lora-metadata.js';
import { writeDiffusersModules, writeKohyaModules } from '../diffusion/lora/write-lora.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { type FamilyName, familyName } from '../protocol/base-model.js';
import { addFlags, readFlags } from './flags.js';
import { print, printJson } from './output.js';

/** Flags of every command that writes a LoRA file. */
export const outputFlags = {
  out: z.string().min(1).describe('The .safetensors file to write.'),
  format: z
    .enum(['kohya', 'diffusers'])
    .default('kohya')
    .describe('For A1111, Forge and ComfyUI (kohya), or for diffusers.'),
  family: familyName.optional().describe('Base model family (sd1, sd2 or sdxl), if the file does not say.'),
};

export interface OutputOptions {
  readonly out: string;
  readonly format: 'kohya' | 'diffusers';
  readonly family?: FamilyName | undefined;
}

/** Registers a subcommand whose flags are those of `schema`, and which prints what `run` returns: a file, or an object as JSON. */
export function addLoraCommand<Schema extends z.ZodObject>(
  lora: Command,
  [usage, description]: readonly [usage: string, description: string],
  schema: Schema,
  run: (files: string[], options: z.output<Schema>, quiet: boolean) => Promise<{ readonly file: string }>,
): void {
  const [name = '', ...words] = usage.split(' ');
  const command = lora
    .command(name)
    .description(description)
    .option('--json', 'Print one JSON object, and no progress.');
  for (const word of words) command.argument(word, 'LoRA file');
  addFlags(command, schema.shape).action(async (...given: unknown[]) => {
    const files = given.slice(0, words.length).flat().map(String);
    const flags = given[words.length] as { json?: boolean } & Record<string, unknown>;
    const result = await run(files, readFlags(schema, flags), flags.json === true);
    if (flags.json) printJson(result);
    else print(result.file);
  });
}

/**
 * Writes modules as the flags say, and returns the file's path.
 * @param metadata of the file that they come from
 * @param family of that file, if known
 */
export async function writeModules(
  modules: readonly LoraModule[],
  { out, format, family: wanted }: OutputOptions,
  metadata: Readonly<Record<string, string>>,
  family: FamilyName | undefined,
): Promise<string> {
  const path = resolve(out);
  if (!path.endsWith('.safetensors')) {
    throw new LoraBridgeError('input.option.invalid', `--out ${out} is not the name of a .safetensors file.`, {
      hint: 'Give --out FILE.safetensors.',
    });
  }
  await mkdir(dirname(path), { recursive: true });
  const known = wanted ?? family;
  const entries = derivedMetadata(metadata, modules, known);
  if (format === 'diffusers') writeDiffusersModules(path, modules, entries);
  else if (known !== undefined) writeKohyaModules(path, modules, namingOf(known), entries);
  else {
    throw new LoraBridgeError('input.option.invalid', 'The file does not say which base model family it is for.', {
      hint: "Give --family sd1, sd2 or sdxl: kohya's key names for SDXL differ.",
    });
  }
  return path;
}
