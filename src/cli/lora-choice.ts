/** @file The LoRAs that a command names: by file with `--lora`, and by name within the prompt. */
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { ChosenLora } from '../diffusion/lora/lora-adapters.js';
import { openLora } from '../diffusion/lora/lora-file.js';
import { lorasInPrompt } from '../diffusion/lora/prompt-loras.js';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';

/** `FILE` or `FILE:WEIGHT`. */
export async function loraOfFlag(flag: string): Promise<ChosenLora> {
  const [, file = flag, weight = '1'] = /^(.+):(-?(?:\d+\.?\d*|\.\d+))$/.exec(flag) ?? [];
  return { file: await openLora(resolve(file)), weight: Number(weight) };
}

export interface LoraChoice {
  readonly loras: readonly ChosenLora[];
  /** The prompt without them. */
  readonly prompt: string;
  /** What to tell the user. */
  readonly notes: readonly string[];
}

/**
 * Opens the LoRAs given by flags and in the prompt.
 * @param folder that holds the LoRAs named in the prompt, at any depth
 * @throws LoraBridgeError `input.file.missing` for a name that no file has, `input.option.invalid`, and what `openLora` throws.
 */
export async function chooseLoras(flags: readonly string[], text: string, folder?: string): Promise<LoraChoice> {
  const { prompt, loras: named } = lorasInPrompt(text);
  const loras = await Promise.all(flags.map(loraOfFlag));
  const notes: string[] = [];
  for (const { name, weight, textWeight } of named) {
    if (folder === undefined) {
      throw new LoraBridgeError(
        'input.option.invalid',
        `The prompt names the LoRA ${name}, but --lora-folder is not given.`,
        {
          hint: 'Give the folder of the LoRA with --lora-folder DIR.',
        },
      );
    }
    const { file, others } = await findByName(resolve(folder), name);
    if (others.length > 0) notes.push(`several LoRAs are called ${name}: ${file} is used, not ${others.join(', ')}`);
    loras.push({ file: await openLora(file), weight, textWeight });
  }
  return { loras, prompt, notes };
}

/** The LoRA of a name, or of a path within the folder; both without the ending. */
async function findByName(
  folder: string,
  name: string,
): Promise<{ readonly file: string; readonly others: readonly string[] }> {
  const entries = await readdir(folder, { recursive: true }).catch((error) => {
    throw asLoraBridgeError(error);
  });
  const ending = /\.(safetensors|bin|pt)$/;
  const files = entries.filter((path) => ending.test(path)).sort();
  const bare = (path: string): string => path.replaceAll('\\', '/').replace(ending, '');
  const stem = (path: string): string => basename(bare(path));
  const wanted = bare(name);
  const matches = files.filter((path) => (wanted.includes('/') ? bare(path) : stem(path)) === wanted);
  const [found, ...rest] = matches.map((path) => join(folder, path));
  if (found !== undefined) return { file: found, others: rest };
  const known = [...new Set(files.map(stem))].slice(0, 8);
  throw new LoraBridgeError('input.file.missing', `There is no LoRA ${name} in ${folder}.`, {
    file: folder,
    hint: known.length === 0 ? 'The folder has no LoRA files.' : `Found: ${known.join(', ')}.`,
  });
}
