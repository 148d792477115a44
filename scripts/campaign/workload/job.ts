/** @file Small trainings: two seconds of work, a checkpoint every few steps, and a result that can be compared bit by bit. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '../client/client.js';
import { type JobDescription, terminalStates } from '../client/messages.js';
import { DaemonProcess } from '../product/daemon.js';
import { waitFor } from '../product/wait.js';
import { Random } from '../random.js';
import { makeImage } from './shot.js';

export const jobOptions = (seed: number, steps = 24): Readonly<Record<string, unknown>> => ({
  base: 'pocket',
  engine: 'native',
  device: 'cpu',
  precision: 'fp32',
  threads: 1,
  resolution: 64,
  rank: 2,
  steps,
  checkpointEvery: 4,
  previewEvery: 0,
  variants: 2,
  framings: ['full'],
  seed,
});

/** Writes the images of a figure that these trainings learn from, the same ones every time. */
export async function writeImages(folder: string, figure = 'one'): Promise<string> {
  const random = new Random(`images of figure ${figure}`);
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < 3; index++)
    await writeFile(join(folder, `image-${index}.png`), await makeImage(random, 128));
  return folder;
}

/** SHA-256 of a LoRA's tensors with their names, types and shapes; what its metadata says does not count. */
export async function tensorsOf(file: string): Promise<string> {
  const bytes = await readFile(file);
  const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, headerEnd)) as Record<string, unknown>;
  const tensors = Object.entries(header).filter(([name]) => name !== '__metadata__');
  return createHash('sha256').update(JSON.stringify(tensors.sort())).update(bytes.subarray(headerEnd)).digest('hex');
}

/** The tensors of the LoRA of a job that has succeeded. */
export async function tensorsOfJob({ id, files = [] }: JobDescription): Promise<string> {
  const file = files.find((path) => path.endsWith('lora.safetensors'));
  if (file === undefined) throw new Error(`The job ${id} names no LoRA.`);
  return await tensorsOf(file);
}

/** Waits until a job is in one of the states; undefined when it is not within `seconds`. */
export async function waitForState(
  client: Client,
  id: string,
  states: readonly string[] = terminalStates,
  seconds = 120,
): Promise<JobDescription | undefined> {
  return await waitFor(
    seconds,
    async () => {
      const job = await client.job('job.status', id);
      return states.includes(job.state) ? job : undefined;
    },
    50,
  );
}

/** Trains in a data folder of its own without any interruption: the tensors that every other way must end with. */
export async function trainUninterrupted(
  folder: string,
  seed: number,
  { steps, figure }: { readonly steps?: number; readonly figure?: string } = {},
): Promise<string> {
  const home = join(folder, 'home');
  const daemon = await DaemonProcess.start(home);
  try {
    const client = await Client.connect(home);
    const job = new Random(`reference ${seed}`).uuid();
    const images = await writeImages(join(folder, 'images'), figure);
    await client.startJob({ job, character: 'figure', folder: images, options: jobOptions(seed, steps) });
    const end = await waitForState(client, job);
    client.close();
    if (end?.state !== 'succeeded') throw new Error(`An undisturbed training ended ${JSON.stringify(end)}.`);
    return await tensorsOfJob(end);
  } finally {
    await daemon.stop();
  }
}
