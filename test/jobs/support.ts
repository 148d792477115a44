/** @file A job queue on a real store in a temporary folder, with fakes for its children. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { JobQueue } from '../../src/jobs/job-queue.js';
import type { Log } from '../../src/jobs/log.js';
import type { JobState } from '../../src/protocol/job.js';
import { type TrainOptionsInput, trainOptions } from '../../src/protocol/train-options.js';
import { createHome, type Home, homeAt } from '../../src/store/home.js';
import { openStore, type Store } from '../../src/store/store.js';
import { nodeProgram } from '../../src/worker/program.js';

export const fake = (name: string): string => fileURLToPath(new URL(`fakes/${name}.mjs`, import.meta.url));

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** A data folder that is gone after the test. */
export function temporaryHome(): Home {
  const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const home = homeAt(folder);
  createHome(home);
  return home;
}

export interface TestQueue {
  readonly queue: JobQueue;
  readonly store: Store;
  readonly home: Home;
  /** Starts a job on a folder; returns its id. */
  start(options?: TrainOptionsInput, id?: string): Promise<string>;
  /** Resolves once the job is in a state. */
  reaches(id: string, state: JobState): Promise<void>;
  /** Ends it as a clean stop of the daemon would. */
  close(): Promise<void>;
}

/** Opens a queue; the second one on the same home is what a restarted daemon has. */
export async function openQueue(
  home = temporaryHome(),
  { stopSeconds = 5, engine = 'engine', runsJobs = true } = {},
): Promise<TestQueue> {
  const store = await openStore(home);
  const queue = new JobQueue({
    store,
    home,
    log: silentLog,
    datasetProgram: nodeProgram(fake('dataset')),
    engineProgram: async () => nodeProgram(fake(engine)),
    stopSeconds,
    runsJobs,
    listener: { progress: () => {}, preview: () => {} },
  });
  queue.open();
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= queue.close().then(() => store.database.close());
    return closed;
  };
  onTestFinished(close);
  return {
    queue,
    store,
    home,
    close,
    async start(options = {}, id = randomUUID()) {
      await queue.start({
        type: 'job.start',
        request: '1',
        job: id,
        character: 'Godette',
        folder: home.folder,
        options: trainOptions.parse({ steps: 10, checkpointEvery: 5, previewEvery: 0, ...options }),
      });
      return id;
    },
    async reaches(id, state) {
      while (queue.describe(id).state !== state) await delay(10);
    },
  };
}

/** The states that a job has reported, in order. */
export function statesOf(store: Store, id: string): string[] {
  return store.events
    .after(0, 1000)
    .flatMap((event) => ('job' in event && event.job === id && 'state' in event ? [event.state] : []));
}
