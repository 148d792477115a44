/** @file `lora-bridge generate`: pictures from a prompt, with or without a LoRA. */
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import type { ChosenLora } from '../diffusion/lora/lora-adapters.js';
import { chooseTarget } from '../engines/native/target.js';
import { trainOptions } from '../protocol/train-options.js';
import { contactSheet } from '../sampling/contact-sheet.js';
import { checkPictureName, writePicture, writePictureInto } from '../sampling/picture-file.js';
import { samplerNames } from '../sampling/samplers/samplers.js';
import { type SeededPicture, TextToImage } from '../sampling/text-to-image.js';
import { openBase } from './base-model.js';
import { addFlags, readFlags } from './flags.js';
import { Interrupted } from './interrupted.js';
import { chooseLoras } from './lora-choice.js';
import { note, print, printJson } from './output.js';
import { ProgressLine } from './progress.js';
import { promptNotes } from './prompt-notes.js';

const { base, family, predictionType, resolution, device, precision, threads } = trainOptions.shape;

/** Defaults are the values of the 2023 workflow's inference script. */
const generateOptions = z.strictObject({
  base,
  family,
  predictionType,
  lora: z
    .array(z.string().min(1))
    .meta({ repeated: true })
    .default([])
    .describe('LoRA file in any common format, optionally with :WEIGHT (default 1); can be repeated.'),
  loraFolder: z.string().min(1).optional().describe('Folder of the LoRAs that the prompt names as <lora:NAME:0.8>.'),
  prompt: z.string().max(4000).describe('Prompt: what the images show.'),
  negative: z.string().max(4000).optional().describe('Negative prompt: what the images should not show.'),
  steps: z.int().min(1).max(1000).default(50).describe('Sampling steps.'),
  guidance: z.number().min(0).max(100).default(7.5).describe('Classifier-free guidance scale; 1 or less turns it off.'),
  seed: z.int().min(0).max(0xffffffff).default(1024).describe('Seed of the first image; image i has seed + i.'),
  count: z.int().min(1).max(10_000).default(6).describe('Number of images.'),
  resolution,
  sampler: z
    .enum(samplerNames)
    .default('dpmpp_2m')
    .describe(`Sampler: ${samplerNames.join(', ')}.`),
  noise: z.enum(['cpu', 'cuda']).default('cpu').describe("Random number generator: torch's on a CPU, or on CUDA."),
  out: z
    .string()
    .min(1)
    .default('sheet.jpg')
    .describe('A .jpg or .png file for one sheet of all images, or a folder ending in / for one file per image.'),
  device,
  precision,
  threads,
});

type GenerateOptions = z.output<typeof generateOptions>;

async function openPipeline(
  options: GenerateOptions,
  loras: readonly ChosenLora[],
  quiet: boolean,
): Promise<TextToImage> {
  return await TextToImage.open(await openBase(options.base, options, quiet), {
    resolution: options.resolution,
    loras,
    ...(await chooseTarget(options.device, options.precision)),
    ...(options.threads === undefined ? {} : { threads: options.threads }),
  });
}

interface Generated {
  readonly files: readonly string[];
  readonly notes: readonly string[];
}

async function generate(options: GenerateOptions, quiet: boolean): Promise<Generated> {
  const { out, negative, steps, guidance, seed, count, sampler, noise } = options;
  const separate = /[\\/]$/.test(out);
  if (!separate) {
    checkPictureName(resolve(out));
    await mkdir(dirname(resolve(out)), { recursive: true });
  }
  const { loras, prompt, notes: loraNotes } = await chooseLoras(options.lora, options.prompt, options.loraFolder);
  const pipeline = await openPipeline(options, loras, quiet);
  const line = new ProgressLine(quiet);
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const notes = [
      ...loraNotes,
      ...promptNotes('prompt', prompt, await pipeline.droppedTokens(prompt)),
      ...(negative ? promptNotes('negative prompt', negative, await pipeline.droppedTokens(negative)) : []),
    ];
    if (!quiet) for (const text of notes) note(text);
    const files: string[] = [];
    const pictures: SeededPicture[] = [];
    const request = { prompt, negative, steps, guidance, seed, count, sampler, noise, signal: controller.signal };
    const onProgress = (done: number, total: number): void => line.update('generating', done, total);
    for await (const picture of pipeline.generate({ ...request, onProgress })) {
      if (separate) files.push(await writePictureInto(resolve(out), picture));
      else pictures.push(picture);
    }
    if (!separate) {
      files.push(resolve(out));
      await writePicture(resolve(out), contactSheet(pictures));
    }
    return { files, notes };
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    throw new Interrupted(
      'Stopped before all images were generated.',
      'With --out DIR/ each image is written as soon as it is ready.',
    );
  } finally {
    line.end();
    await pipeline.release();
  }
}

export function addGenerateCommand(program: Command): void {
  const command = program
    .command('generate')
    .description('Generate images from a prompt, with or without a LoRA.')
    .option('--json', 'Print one JSON object at the end, and no progress.');
  addFlags(command, generateOptions.shape).action(async (flags: { json?: boolean } & Record<string, unknown>) => {
    const { files, notes } = await generate(readFlags(generateOptions, flags), flags.json === true);
    if (flags.json) printJson({ files, notes });
    else for (const file of files) print(file);
  });
}
