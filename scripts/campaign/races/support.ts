/** @file What races share: a daemon, two connections, and jobs in the state that a race begins with. */
import { join } from 'node:path';
import { Client } from '../client/client.js';
import { type JobDescription, type Message, Refused } from '../client/messages.js';
import { DaemonProcess } from '../product/daemon.js';
import { processesOf } from '../product/processes.js';
import { delay, waitFor } from '../product/wait.js';
import type { Round } from '../scenario.js';
import { jobOptions, waitForState, writeImages } from '../workload/job.js';

export interface Racetrack {
  readonly home: string;
  readonly daemon: DaemonProcess;
  readonly one: Client;
  readonly other: Client;
  readonly images: string;
}

export async function openRacetrack(round: Round<never>): Promise<Racetrack> {
  const home = join(round.folder, 'home');
  const daemon = await DaemonProcess.start(home);
  round.onEnd(() => daemon.kill('SIGKILL'));
  const [one, other] = [await Client.connect(home), await Client.connect(home)];
  return { home, daemon, one, other, images: await writeImages(join(round.folder, 'images')) };
}

/** What came of a request: its answer, or the code of its refusal. */
export async function outcome(answer: Promise<Message | JobDescription>): Promise<string> {
  try {
    const message = await answer;
    return 'state' in message ? message.state : ((message as Message).type ?? '');
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}

/** Starts a training and stops it once it has a checkpoint. */
export async function makeCancelledJob({ one, images }: Racetrack, job: string): Promise<void> {
  await one.startJob({ job, character: 'figure', folder: images, options: jobOptions(1, 1000) });
  await waitFor(60, async () => ((await one.job('job.status', job)).step ?? 0) > 4 || undefined, 50);
  await one.job('job.stop', job);
  await waitForState(one, job, ['cancelled'], 60);
}

/** Processes that prepare or train, once those that are about to end have had `seconds` to do so. */
export async function trainersLeft(home: string, seconds = 3): Promise<number> {
  const trainers = (): number =>
    processesOf(home).filter(({ role }) => role === 'trainer' || role === 'dataset').length;
  await delay(300);
  await waitFor(seconds, () => trainers() === 0 || undefined);
  return trainers();
}
