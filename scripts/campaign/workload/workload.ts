/** @file An editor's workload, done through everything that happens: shots and jobs, each repeated until it is answered. */
import { join } from 'node:path';
import { Client, type Position } from '../client/client.js';
import { ConnectionLost, type Message, Refused } from '../client/messages.js';
import { waitFor } from '../product/wait.js';
import type { Random } from '../random.js';
import { jobOptions, writeImages } from './job.js';
import { makeShots, type Shot } from './shot.js';

export interface Job {
  readonly id: string;
  readonly seed: number;
  /** Whether something was killed while it was not finished. */
  wasDisturbed: boolean;
  isFinished: boolean;
}

export const character = 'figure';
/** Seeds of jobs: few, because each needs an uninterrupted training to compare with. */
const jobSeeds = [1, 2];

export class Workload {
  readonly home: string;
  readonly acknowledged = new Map<string, Shot>();
  readonly jobs: Job[] = [];
  /** Durable events of all connections. */
  readonly events: Message[] = [];
  /** What was refused although nothing was wrong with it. */
  readonly refusals: string[] = [];
  /** Events that a resume did not bring. */
  gaps = 0;
  readonly #random: Random;
  readonly #folder: string;
  readonly #unanswered = new Map<string, Shot>();
  #position: Position | undefined;
  #client: Client | undefined;
  #uploading: Promise<unknown> = Promise.resolve();

  constructor(random: Random, folder: string) {
    this.#random = random;
    this.#folder = folder;
    this.home = join(folder, 'home');
  }

  get client(): Client {
    if (this.#client === undefined) throw new Error('There is no connection.');
    return this.#client;
  }

  /** Connects, resumes the events, and repeats every shot that was not answered. */
  async connect(): Promise<void> {
    this.disconnect();
    const resume = this.#position;
    this.#client = await Client.connect(this.home, resume);
    if (resume !== undefined && this.#client.replayFrom !== resume.sequence + 1) this.gaps++;
    this.upload([...this.#unanswered.values()]);
  }

  disconnect(): void {
    if (this.#client === undefined) return;
    this.#position = this.#client.position;
    this.events.push(...this.#client.events);
    this.#client.close();
    this.#client = undefined;
  }

  async makeAndUpload(count: number): Promise<void> {
    this.upload(await makeShots(this.#random, character, count));
  }

  /** Sends shots in the background. */
  upload(shots: readonly Shot[]): void {
    const { client } = this;
    for (const shot of shots) this.#unanswered.set(shot.id, shot);
    const sending = shots.map(async (shot) => {
      try {
        await client.sendShot(shot);
        this.#unanswered.delete(shot.id);
        this.acknowledged.set(shot.id, shot);
      } catch (error) {
        if (error instanceof Refused && !error.retryable) this.refusals.push(error.message);
        else if (!(error instanceof Refused) && !(error instanceof ConnectionLost)) throw error;
      }
    });
    this.#uploading = Promise.all([this.#uploading, ...sending]);
  }

  /** Returns when every shot was answered, or the connection is gone. */
  async uploaded(): Promise<void> {
    await this.#uploading;
  }

  /** Sees to it that a job is under way: one that was interrupted, or a new one. */
  async keepTraining(): Promise<void> {
    const job = this.jobs.find(({ isFinished }) => !isFinished);
    if (job !== undefined && (await this.pursue(job)) !== 'succeeded') return;
    const next = { id: this.#random.uuid(), seed: this.#random.pick(jobSeeds), wasDisturbed: false, isFinished: false };
    this.jobs.push(next);
    await this.pursue(next);
  }

  /** Starts a job that the daemon does not know and resumes one that has ended without success; its state. */
  async pursue(job: Job): Promise<string> {
    const { id, seed } = job;
    const { state } = await this.client.job('job.status', id);
    if (state === 'unknown') {
      const folder = await writeImages(join(this.#folder, 'images'));
      await this.client.startJob({ job: id, character, folder, options: jobOptions(seed) });
    } else if (state === 'failed' || state === 'interrupted' || state === 'cancelled') {
      await this.client.job('job.resume', id);
    } else if (state === 'succeeded') job.isFinished = true;
    return state;
  }

  /** Pursues every job to its success; those that are not there within `seconds`. */
  async finishJobs(seconds: number): Promise<readonly Job[]> {
    await waitFor(
      seconds,
      async () => {
        for (const job of this.jobs) if (!job.isFinished) await this.pursue(job);
        return this.jobs.every(({ isFinished }) => isFinished) || undefined;
      },
      100,
    );
    return this.jobs.filter(({ isFinished }) => !isFinished);
  }
}
