/** @file `lora-bridge lora`: looks into LoRA files, converts them, merges them, changes their rank, and extracts them from models. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { extractLora } from '../diffusion/lora/extract-lora.js';
import { familyOfLora } from '../diffusion/lora/lora-family.js';
import { openLora } from '../diffusion/lora/lora-file.js';
import { sumLoras } from '../diffusion/lora/lora-sum.js';
import { mergeIntoModel } from '../diffusion/lora/merge-model.js';
import { openModel } from '../diffusion/model/open-model.js';
import { loraOfFlag } from './lora-choice.js';
import { addInspectCommand } from './lora-inspect.js';
import { addLoraCommand, outputFlags, writeModules } from './lora-output.js';
import { note } from './output.js';
import { ProgressLine } from './progress.js';

const rank = z.int().min(1).max(1024).describe('Rank of the new LoRA.');
const half = z.boolean().default(false).describe('Write float16 instead of float32.');
const model = z.string().min(1);

const convertFlags = z.strictObject(outputFlags);
const mergeFlags = z.strictObject({
  ...outputFlags,
  base: model.optional().describe('Merge into this base model; --out is then a folder or file of its layout.'),
  rank: rank.optional().describe('Rank to reduce the result to. Default: the sum of the ranks, which is exact.'),
  half,
});
const resizeFlags = z.strictObject({ ...outputFlags, rank, half });
const extractFlags = z.strictObject({
  ...outputFlags,
  base: model.describe('The original base model.'),
  tuned: model.describe('The fine-tuned model.'),
  rank: rank.default(32),
  convolutions: z.boolean().default(false).describe('Also extract the convolutions of the UNet (LoCon).'),
  half,
});

async function convert([path = '']: string[], options: z.output<typeof convertFlags>) {
  const file = await openLora(resolve(path));
  return { file: await writeModules(file.modules, options, file.metadata, familyOfLora(file)) };
}

async function merge(files: string[], { base, rank: wanted, half: isHalf, ...output }: z.output<typeof mergeFlags>) {
  const loras = await Promise.all(files.map(loraOfFlag));
  if (base !== undefined) {
    const file = resolve(output.out);
    await mergeIntoModel(await openModel(base), loras, file);
    return { file };
  }
  const [first] = loras;
  const modules = sumLoras(loras, { dtype: isHalf ? 'F16' : 'F32', rank: wanted });
  return { file: await writeModules(modules, output, first?.file.metadata ?? {}, first && familyOfLora(first.file)) };
}

async function resize([path = '']: string[], { rank: wanted, half: isHalf, ...output }: z.output<typeof resizeFlags>) {
  const file = await openLora(resolve(path));
  const modules = sumLoras([{ file, weight: 1 }], { dtype: isHalf ? 'F16' : 'F32', rank: wanted });
  return { file: await writeModules(modules, output, file.metadata, familyOfLora(file)) };
}

async function extract(_: string[], options: z.output<typeof extractFlags>, quiet: boolean) {
  const { base, tuned, rank: wanted, convolutions, half: isHalf, ...output } = options;
  const [before, after] = [await openModel(base), await openModel(tuned)];
  const line = new ProgressLine(quiet);
  const {
    modules,
    skipped: left,
    error,
  } = await extractLora(before, after, {
    rank: wanted,
    dtype: isHalf ? 'F16' : 'F32',
    convolutions,
    onProgress: (done, total) => line.update('extracting', done, total),
  }).finally(() => line.end());
  const file = await writeModules(modules, output, {}, after.family.name);
  if (!quiet) {
    note(`${modules.length} layers; ${(100 * error).toFixed(1)} % of the difference is lost at this rank`);
    if (left.length > 0) note(`${left.length} other tensors differ and are not in the LoRA, such as ${left[0]}`);
  }
  return { file, layers: modules.length, lost: error, left };
}

export function addLoraCommands(program: Command): void {
  const lora = program.command('lora').description('Inspect, convert, merge, resize and extract LoRA files.');
  addInspectCommand(lora);
  addLoraCommand(
    lora,
    ['convert <file>', 'Convert a LoRA to another file format; its weights are unchanged.'],
    convertFlags,
    convert,
  );
  addLoraCommand(
    lora,
    ['merge <files...>', 'Merge LoRAs, each FILE or FILE:WEIGHT, into one, or into a base model.'],
    mergeFlags,
    merge,
  );
  addLoraCommand(
    lora,
    ['resize <file>', 'Write the closest approximation of a LoRA with another rank.'],
    resizeFlags,
    resize,
  );
  addLoraCommand(lora, ['extract', 'Extract the difference between two models as a LoRA.'], extractFlags, extract);
}
