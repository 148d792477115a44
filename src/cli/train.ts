/** @file `lora-bridge train`: pictures in, LoRA out. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { DaemonClient } from '../client/daemon-client.js';
import { chooseEngine, detectHardware } from '../engines/choose.js';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';
import { copyAtomically } from '../files/atomic.js';
import type { RequestInput } from '../protocol/client-messages.js';
import { isTerminal, type JobDescription } from '../protocol/job.js';
import { trainOptions } from '../protocol/train-options.js';
import { RunFolder } from '../training/run-folder.js';
import { findBase } from './base-model.js';
import { addFlags, flagName, readFlags } from './flags.js';
import { followJob } from './follow-job.js';
import { findJob } from './job-id.js';
import { checkName } from './lora-name.js';
import { note, print, printJson } from './output.js';
import { withDaemon } from './with-daemon.js';

interface OwnFlags {
  readonly images?: string;
  readonly character?: string;
  readonly resume?: string;
  readonly name?: string;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly copyTo?: string;
  readonly json?: boolean;
}

/** A resumed job continues with its own settings: flags that would be ignored are refused. */
function refuseChanges(flags: OwnFlags & Record<string, unknown>): void {
  const changed = ['images', 'character', 'out', ...Object.keys(trainOptions.shape)].find((name) => name in flags);
  if (changed === undefined) return;
  throw new LoraBridgeError('input.option.invalid', `${flagName(changed)} cannot be given with --resume.`, {
    hint: 'A resumed job keeps the images, the folder and the options that it was started with.',
  });
}

type StartRequest = Extract<RequestInput, { type: 'job.start' | 'job.resume' }>;

/** The request to the daemon. Everything that can be checked without a daemon is checked here. */
async function readRequest(flags: OwnFlags & Record<string, unknown>): Promise<StartRequest> {
  if (flags.name !== undefined) checkName(flags.name, 'Give --name');
  if (flags.resume !== undefined) {
    refuseChanges(flags);
    return { type: 'job.resume', job: flags.resume };
  }
  if ((flags.images === undefined) === (flags.character === undefined)) {
    throw new LoraBridgeError('input.option.invalid', 'No training images are given.', {
      hint: 'Give --images DIR for a folder of images, or --character NAME for shots that an editor has sent.',
    });
  }
  const options = readFlags(trainOptions, flags);
  const found = await findBase(options.base, options, flags.json === true);
  chooseEngine(options, await detectHardware(), found);
  const folder = flags.images === undefined ? undefined : resolve(flags.images);
  return {
    type: 'job.start',
    job: randomUUID(),
    character: checkName(flags.character ?? flags.name ?? basename(folder ?? ''), 'Give --name'),
    ...(folder === undefined ? {} : { folder }),
    ...(flags.out === undefined ? {} : { out: resolve(flags.out) }),
    options: { ...options, base: found.base },
  };
}

/**
 * Makes sure that a new run does not mix its files with those of an earlier one.
 * @throws LoraBridgeError `state.run.exists`
 */
async function clearRunFolder(client: DaemonClient, out: string | undefined, overwrite: boolean): Promise<void> {
  if (out === undefined) return;
  const jobs = await client.listJobs();
  // The daemon refuses the folder of a job that has not ended; nothing of it may be deleted.
  if (jobs.some((job) => job.out === out && job.state !== 'unknown' && !isTerminal(job.state))) return;
  const run = new RunFolder(out);
  if (!run.exists()) return;
  if (overwrite) return run.clear();
  throw new LoraBridgeError('state.run.exists', `${out} already holds a run.`, {
    file: out,
    hint: 'Choose another --out, or replace the run with --overwrite.',
  });
}

/**
 * Makes the folder of --copy-to and writes a file there, so that a training does not end without a place for its result.
 * @throws LoraBridgeError `input.file.*`, `resource.disk.full`
 */
async function tryDestination(folder: string): Promise<void> {
  const probe = join(folder, `.lora-bridge-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw destinationError(error, folder);
  }
}

/** Copies the LoRA to the file name that prompts refer to: `<lora:NAME:1>`. */
async function copyLora(job: JobDescription, folder: string, name: string): Promise<string> {
  const lora = job.files?.find((file) => basename(file) === 'lora.safetensors');
  if (lora === undefined) throw new LoraBridgeError('internal', `Job ${job.id} does not list a lora.safetensors file.`);
  const copy = join(resolve(folder), `${name}.safetensors`);
  try {
    await mkdir(folder, { recursive: true });
    await copyAtomically(lora, copy);
  } catch (error) {
    throw destinationError(error, folder, `The LoRA is ${lora}: copy it from there.`);
  }
  return copy;
}

function destinationError(cause: unknown, folder: string, hint = 'Give --copy-to another folder.'): LoraBridgeError {
  const { code, message } = asLoraBridgeError(cause, folder);
  const known = code === 'internal' ? 'input.file.denied' : code;
  return new LoraBridgeError(known, `Nothing can be copied to ${folder}: ${message}`, { cause, file: folder, hint });
}

/** Copies the LoRA where it was requested to, and prints the paths. */
async function printResult(job: JobDescription, { copyTo, name, json }: OwnFlags): Promise<void> {
  const files = [...(job.files ?? [])];
  if (copyTo !== undefined) files.push(await copyLora(job, copyTo, name ?? job.character ?? 'lora'));
  if (json === true) {
    printJson({ job: job.id, files, loss: job.loss, samplesPerFraming: job.samplesPerFraming });
    return;
  }
  if (job.loss) note(`loss on fixed samples: ${job.loss.first.toFixed(4)} before, ${job.loss.last.toFixed(4)} after`);
  for (const file of files) print(file);
}

export function addTrainCommand(program: Command): void {
  const command = program
    .command('train')
    .description('Train a LoRA on a folder of images, or on the shots of a character that an editor has sent.')
    .option('--images <folder>', 'Folder of images; a .txt file of the same name is the caption.')
    .option('--character <name>', "Train on this character's shots instead of a folder.")
    .option('--resume <job>', 'Resume a job: its id or the beginning of it, the name of its character, or last.')
    .option('--out <folder>', 'Output folder of the run. Default: a folder in the data folder.')
    .option('--overwrite', 'Replace an earlier run in the output folder.')
    .option('--copy-to <folder>', "Also copy the LoRA there, for example into a WebUI's models/Lora.")
    .option('--name <name>', 'Name of the LoRA. Default: the name of the folder or the character.')
    .option('--json', 'Print one JSON object at the end, and no progress.');
  addFlags(command, trainOptions.shape).action(async (flags: OwnFlags & Record<string, unknown>) => {
    const quiet = flags.json === true;
    const request = await readRequest(flags);
    if (flags.copyTo !== undefined) await tryDestination(resolve(flags.copyTo));
    // The result is printed before the daemon ends: it may stay for the jobs of other commands.
    await withDaemon(async (client) => {
      const job = request.type === 'job.resume' ? await findJob(client, request.job) : request.job;
      if (request.type === 'job.start') await clearRunFolder(client, request.out, flags.overwrite === true);
      await client.request({ ...request, job });
      if (!quiet) note(`job ${job}`);
      await printResult(await followJob(client, job, quiet), flags);
    });
  });
}
