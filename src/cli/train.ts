/** @file `lora-bridge train`: pictures in, LoRA out. */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { DaemonClient } from '../daemon/client.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { JobDescription } from '../protocol/job.js';
import { trainOptions } from '../protocol/train-options.js';
import { addFlags, readFlags } from './flags.js';
import { followJob } from './follow-job.js';
import { withDaemon } from './host.js';
import { note, print, printJson } from './output.js';

interface OwnFlags {
  readonly images?: string;
  readonly character?: string;
  readonly resume?: string;
  readonly name?: string;
  readonly out?: string;
  readonly copyTo?: string;
  readonly json?: boolean;
}

/** Base models are found from where the command was given, not from where the daemon runs. */
export const absoluteBase = (base: string): string => (base === 'pocket' ? base : resolve(base));

/** Puts the job into the queue and returns its id. */
async function submit(client: DaemonClient, flags: OwnFlags & Record<string, unknown>): Promise<string> {
  if (flags.resume !== undefined) {
    await client.request({ type: 'job.resume', job: flags.resume });
    return flags.resume;
  }
  if ((flags.images === undefined) === (flags.character === undefined)) {
    throw new LoraBridgeError('input.option.invalid', 'Say what to train on.', {
      hint: 'Give --images DIR for a folder of pictures, or --character NAME for shots that an editor has sent.',
    });
  }
  const options = readFlags(trainOptions, flags);
  const job = randomUUID();
  const folder = flags.images === undefined ? undefined : resolve(flags.images);
  await client.request({
    type: 'job.start',
    job,
    character: flags.character ?? flags.name ?? basename(folder ?? ''),
    ...(folder === undefined ? {} : { folder }),
    ...(flags.out === undefined ? {} : { out: resolve(flags.out) }),
    options: { ...options, base: absoluteBase(options.base) },
  });
  return job;
}

/** Copies the LoRA under the name by which a prompt calls it: `<lora:NAME:1>`. */
async function copyLora(job: JobDescription, folder: string, name: string): Promise<string> {
  const lora = job.files?.find((file) => basename(file) === 'lora.safetensors');
  if (lora === undefined) throw new LoraBridgeError('internal', `Job ${job.id} tells of no lora.safetensors.`);
  await mkdir(folder, { recursive: true });
  const copy = join(resolve(folder), `${name}.safetensors`);
  // Under another name first: a WebUI may look into its folder at any time.
  await copyFile(lora, `${copy}.part`);
  await rename(`${copy}.part`, copy);
  return copy;
}

export function addTrainCommand(program: Command): void {
  const command = program
    .command('train')
    .description('Train a LoRA on a folder of pictures, or on the shots of a character that an editor has sent.')
    .option('--images <folder>', 'Folder of pictures; a .txt beside a picture is its caption.')
    .option('--character <name>', "Train on this character's shots instead of a folder.")
    .option('--resume <job>', 'Go on with a job that was stopped or interrupted.')
    .option('--out <folder>', 'Folder of the run. Default: in the data folder.')
    .option('--copy-to <folder>', "Also copy the LoRA there, for example into a WebUI's models/Lora.")
    .option('--name <name>', "Name of the LoRA. Default: the folder's or the character's.")
    .option('--json', 'Print one JSON object at the end, and no progress.');
  addFlags(command, trainOptions.shape).action(async (flags: OwnFlags & Record<string, unknown>) => {
    const quiet = flags.json === true;
    const job = await withDaemon(async (client) => await followJob(client, await submit(client, flags), quiet));
    const files = [...(job.files ?? [])];
    if (flags.copyTo !== undefined) {
      files.push(await copyLora(job, flags.copyTo, flags.name ?? job.character ?? 'lora'));
    }
    if (quiet) printJson({ job: job.id, files, loss: job.loss, samplesPerFraming: job.samplesPerFraming });
    else {
      if (job.loss)
        note(`loss over fixed samples: ${job.loss.first.toFixed(4)} before, ${job.loss.last.toFixed(4)} after`);
      for (const file of files) print(file);
    }
  });
}
