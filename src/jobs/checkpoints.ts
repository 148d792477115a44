/** @file Whose a run folder and its checkpoints are: decided by the ids written in them, never by file times. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { writeDurably } from '../files/durable.js';
import { jobFiles } from './job-files.js';

/** `foreign`: what was in the folder before any run, and must not be served as a run's file. */
const owner = z.object({ job: z.string(), foreign: z.array(z.string()).default([]) });
const written = z.object({ run: z.string().optional() });

/** The content of a JSON file; undefined where it cannot be read, or is not what `schema` says. */
async function readJson<Content>(file: string, schema: z.ZodType<Content>): Promise<Content | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * The newest complete checkpoint of a job in a run folder, or undefined. A checkpoint is complete once it has its `state.json`,
 * which names the job; one of an older version does not, and belongs to the job that `config.json` names.
 */
export async function newestCheckpoint(out: string, job: string): Promise<string | undefined> {
  const folder = join(out, 'checkpoints');
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((entry) => /^step-\d+$/.test(entry)).sort(bySteps)) {
    const state = join(folder, name, 'state.json');
    if ((await stat(state).catch(() => undefined)) === undefined) continue;
    // A damaged one is returned too: who resumes must learn that it is damaged.
    const run = (await readJson(state, written))?.run ?? (await readJson(join(out, 'config.json'), written))?.run;
    if (run === job) return join(folder, name);
  }
  return undefined;
}

const stepsOf = (name: string): number => Number(name.slice('step-'.length));
const bySteps = (a: string, b: string): number => stepsOf(b) - stepsOf(a);

/** The error for a folder of a run that belongs to another job. */
export const folderTaken = (out: string, other: string): LoraBridgeError =>
  new LoraBridgeError('state.run.taken', `The folder ${out} belongs to the job ${other}.`, {
    file: out,
    hint: 'Start a new job in another folder, or let that job end first.',
  });

/**
 * Makes an existing folder that of `job`'s run, and returns the checkpoint to resume from, if there is one. The folder of
 * another job that has ended is taken over, but a job whose own folder was taken over is not resumed: the dataset that its
 * checkpoints were trained on is gone.
 * @throws LoraBridgeError `state.run.taken`
 */
export async function claimRunFolder(out: string, job: string): Promise<string | undefined> {
  const { owner: file } = jobFiles(out);
  const checkpoint = await newestCheckpoint(out, job);
  const before = await readJson(file, owner);
  if (before !== undefined && before.job !== job && checkpoint !== undefined) throw folderTaken(out, before.job);
  if (before?.job !== job) {
    const foreign = before?.foreign ?? (await foreignEntries(out));
    await writeDurably(file, `${JSON.stringify({ job, foreign })}\n`);
  }
  return checkpoint;
}

/** Names in a folder that no run has written to yet. */
async function foreignEntries(out: string): Promise<string[]> {
  const isRunFolder = (await readJson(join(out, 'config.json'), written))?.run !== undefined;
  return isRunFolder ? [] : await readdir(out);
}

/** What a run writes, relative to its folder, with `/`. */
const runFiles = [
  /^(lora|pytorch_lora_weights)\.safetensors$/,
  /^(config\.json|metrics\.jsonl)$/,
  /^samples\/step-\d+\.jpg$/,
  /^checkpoints\/step-\d+\/(state\.json|(lora|optimizer)\.safetensors)$/,
  /^dataset\/manifest\.json$/,
  /^dataset\/pictures\/[^/]+\.(png|txt)$/,
];

/** Whether a run has written the file `path` of its folder: not what a user had there before, whatever folder was chosen. */
export async function isRunFile(out: string, job: string, path: string): Promise<boolean> {
  const claim = await readJson(jobFiles(out).owner, owner);
  const [entry = ''] = path.split('/', 1);
  return claim?.job === job && !claim.foreign.includes(entry) && runFiles.some((pattern) => pattern.test(path));
}
