/** @file The queue of jobs: one runs at a time; a change of state is committed together with its event. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { ClientMessage } from '../protocol/client-messages.js';
import type { ProgressMessage } from '../protocol/daemon-messages.js';
import {
  isTerminal,
  type JobDescription,
  type JobOutcome,
  type JobState,
  type TerminalJobState,
} from '../protocol/job.js';
import type { TrainOptions } from '../protocol/train-options.js';
import type { Home } from '../store/home.js';
import type { Job, JobRequest } from '../store/jobs.js';
import type { Part, Position } from '../store/part.js';
import type { Store } from '../store/store.js';
import type { Program } from '../worker/program.js';
import { folderTaken } from './checkpoints.js';
import { commitEventually } from './commit.js';
import { datasetJobFor } from './dataset-job.js';
import { describeJob } from './describe.js';
import type { Log } from './log.js';
import { Run } from './run.js';
import { type JobListener, RunReport } from './run-report.js';
import { unknownJob } from './unknown-job.js';

type JobStart = Extract<ClientMessage, { type: 'job.start' }>;

export interface JobQueueOptions {
  readonly store: Store;
  readonly home: Home;
  readonly log: Log;
  /** The child process that prepares a dataset. */
  readonly datasetProgram: Program;
  /** The child process that trains with these options. */
  readonly engineProgram: (options: TrainOptions) => Promise<Program>;
  /** How long a child process may take to stop. */
  readonly stopSeconds: number;
  /** Whether queued jobs are run. Default: true. */
  readonly runsJobs?: boolean;
  /** Receives what is not durable. */
  readonly listener: JobListener;
}

interface Active {
  readonly job: Job;
  readonly run: Run;
  readonly report: RunReport;
  readonly ended: Promise<void>;
}

/** @throws LoraBridgeError `state.job.exists` unless a known job was started with the same request */
function requireSame(known: Job, { named, ...request }: Omit<JobRequest, 'shots'>, out: string): void {
  const { shots: _shots, named: namedBefore, ...requestBefore } = known.request;
  const isSame = isDeepStrictEqual({ folder: undefined, ...requestBefore }, request) && known.out === out;
  if (isSame && isDeepStrictEqual(namedBefore, named)) return;
  throw new LoraBridgeError('state.job.exists', `The id ${known.id} belongs to another job.`, {
    hint: 'Give every job a unique id.',
  });
}

export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #store: Store;
  readonly #closing = new AbortController();
  #active: Active | undefined;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#store = options.store;
  }

  /** Marks jobs that a killed daemon left unfinished as interrupted, then runs what is queued. */
  open(): void {
    const { database, jobs, garbage } = this.#store;
    database.transaction(() => {
      for (const job of jobs.abandoned()) this.#finish(job, 'interrupted', job.outcome);
    });
    void garbage.collect(this.#options.log);
    this.#runNext();
  }

  /** Whether a job is queued or under way. */
  get busy(): boolean {
    return this.#active !== undefined || this.#store.jobs.next() !== undefined;
  }

  /** Whether there is such a job, and it has not ended. */
  isPending(id: string): boolean {
    const job = this.#store.jobs.get(id);
    return job !== undefined && !isTerminal(job.state);
  }

  /** The latest progress, for a client that has just connected. */
  get latestProgress(): ProgressMessage[] {
    return this.#active === undefined ? [] : [...this.#active.report.latestProgress.values()];
  }

  /**
   * Queues a job.
   * @throws LoraBridgeError `state.job.exists`, `state.run.taken`, `state.shot.none`, `state.shot.unknown` or `input.file.missing`
   */
  async start(message: JobStart): Promise<JobDescription> {
    const { job: id, character, folder, shots: named, options } = message;
    const out = resolve(message.out ?? join(this.#options.home.runs, id));
    const hasFolder = folder === undefined || (await stat(folder).catch(() => undefined))?.isDirectory() === true;
    const { database, jobs, events, garbage } = this.#store;
    // What an earlier job of this id left must not be deleted under the new one.
    if (garbage.has(out)) await garbage.collect(this.#options.log);
    // From here to the commit nothing waits: whoever sends the same id at the same time finds the job.
    database.transaction(() => {
      const known = jobs.get(id);
      if (known !== undefined) return requireSame(known, { character, folder, named, options }, out);
      if (!hasFolder) {
        throw new LoraBridgeError('input.file.missing', `There is no folder ${folder}.`, {
          file: folder,
          hint: 'Give the path of an existing folder.',
        });
      }
      this.#requireFreeFolder(out, id);
      const shots = folder === undefined ? this.#chooseShots(character, named) : undefined;
      garbage.keep(out);
      jobs.add(id, { character, folder, shots, named, options }, out);
      events.append({ type: 'job.changed', job: id, character, state: 'queued' });
    });
    this.#runNext();
    return this.describe(id);
  }

  /** The requested shots, else the newest of each name that is not excluded; without those already rejected. */
  #chooseShots(character: string, requested: readonly string[] | undefined): string[] {
    const { shots } = this.#store;
    const chosen = requested?.map((id) => {
      const shot = shots.get(id);
      if (shot !== undefined) return shot;
      throw new LoraBridgeError('state.shot.unknown', `There is no shot ${id}.`, { hint: 'Upload it first.' });
    });
    const usable = (chosen ?? shots.newestOfEachName(character).filter(({ excluded }) => excluded !== true)).filter(
      ({ state }) => state !== 'rejected',
    );
    if (usable.length > 0) return usable.map(({ id }) => id);
    throw new LoraBridgeError('state.shot.none', `There are no usable shots of ${character}.`, {
      hint: 'Upload some shots first, or give a folder of images.',
    });
  }

  /** Stops a job; one that has ended stays as it is. */
  async stop(id: string): Promise<JobDescription> {
    const job = this.#get(id);
    if (this.#active?.job.id === id) await this.#active.run.stop('cancelled');
    else if (job.state === 'queued') {
      this.#store.database.transaction(() => this.#finish(job, 'cancelled', job.outcome));
    }
    return this.describe(id);
  }

  /**
   * Queues a job that has ended again; a job that is queued or running stays so.
   * @throws LoraBridgeError `state.job.final` when it succeeded, `state.run.taken` when another job writes to its folder
   */
  resume(id: string): JobDescription {
    const job = this.#get(id);
    if (job.state === 'succeeded') {
      throw new LoraBridgeError('state.job.final', `The job ${id} has succeeded; there is nothing to resume.`, {
        hint: 'Start a new job.',
      });
    }
    if (isTerminal(job.state)) {
      this.#requireFreeFolder(job.out, id);
      this.#store.database.transaction(() => {
        this.#store.jobs.requeue(id);
        this.#store.events.append({ type: 'job.changed', job: id, character: job.request.character, state: 'queued' });
      });
      this.#runNext();
    }
    return this.describe(id);
  }

  /**
   * Removes a job that has ended, and its run folder where that is in the data folder; a folder that the user chose is kept.
   * @throws LoraBridgeError `state.job.active`
   */
  async remove(id: string): Promise<void> {
    const { database, jobs, events, garbage } = this.#store;
    database.transaction(() => {
      const job = jobs.get(id);
      if (job === undefined) return;
      if (!isTerminal(job.state) || this.#active?.job.id === id) {
        throw new LoraBridgeError('state.job.active', `The job ${id} has not ended.`, { hint: 'Stop it first.' });
      }
      jobs.remove(id);
      events.append({ type: 'job.removed', job: id });
      if (job.out === join(this.#options.home.runs, id)) garbage.add(job.out);
      garbage.add(this.#logOf(id));
    });
    await garbage.collect(this.#options.log);
  }

  /** A job as clients see it; an unknown one in the state `unknown`. */
  describe(id: string): JobDescription {
    const job = this.#store.jobs.get(id);
    return job === undefined ? { id, state: 'unknown', resumable: false } : this.#describe(job);
  }

  /** A part of all jobs, newest first. */
  list(limit: number, before?: Position): Part<JobDescription> {
    const { items, ...next } = this.#store.jobs.list(limit, before);
    return { items: items.map((job) => this.#describe(job)), ...next };
  }

  /** Interrupts the running job and waits for its end; queued jobs wait for the next start. */
  async close(): Promise<void> {
    const active = this.#active;
    this.#closing.abort();
    if (active === undefined) return;
    await active.run.stop('interrupted').catch((error) => this.#options.log.error('A job could not be stopped', error));
    await active.ended;
  }

  #describe(job: Job): JobDescription {
    return describeJob(job, this.#active?.job.id === job.id ? this.#active.report.step : job.step);
  }

  #requireFreeFolder(out: string, id: string): void {
    const other = this.#store.jobs.writingTo(out, id);
    if (other !== undefined) throw folderTaken(out, other.id);
  }

  #get(id: string): Job {
    const job = this.#store.jobs.get(id);
    if (job === undefined) throw unknownJob(id);
    return job;
  }

  #logOf(id: string): string {
    return join(this.#options.home.logs, `job-${id}.log`);
  }

  #runNext(): void {
    if (this.#active !== undefined || this.#closing.signal.aborted || this.#options.runsJobs === false) return;
    const job = this.#store.jobs.next();
    if (job === undefined) return;
    const { log, datasetProgram, engineProgram, stopSeconds, listener } = this.#options;
    const { database, jobs, shots, pictures } = this.#store;
    const commit = (action: () => void) => commitEventually(database, action, { log, signal: this.#closing.signal });
    const report = new RunReport(job, this.#store, commit, listener);
    const run = new Run(job, {
      datasetProgram,
      engineProgram: () => engineProgram(job.request.options),
      stopSeconds,
      log: this.#logOf(job.id),
      datasetJob: (folder) => datasetJobFor(job.request, folder, { shots, pictures }),
      entered: (state) => commit(() => this.#enter(job, state)),
      workerChanged: (worker) => commit(() => jobs.setWorker(job.id, worker)),
      onEvent: (event) => report.onEvent(event),
    });
    const ended = run
      .execute()
      .then(({ state, outcome }) =>
        commit(() => {
          jobs.setStep(job.id, report.step);
          this.#finish(job, state, outcome);
        }),
      )
      // The database could not be written while the daemon was closing: the next start marks the job as interrupted.
      .catch((error) => log.error(`The result of job ${job.id} could not be saved`, error))
      .then(() => {
        this.#active = undefined;
        this.#runNext();
      });
    this.#active = { job, run, report, ended };
  }

  /** Within a transaction. A job that has ended stays ended. */
  #enter(job: Job, state: Exclude<JobState, TerminalJobState>): void {
    const current = this.#store.jobs.get(job.id);
    if (current === undefined || isTerminal(current.state)) return;
    this.#store.jobs.enter(job.id, state);
    this.#store.events.append({ type: 'job.changed', job: job.id, character: job.request.character, state });
  }

  /** Within a transaction. */
  #finish(job: Job, state: TerminalJobState, outcome: JobOutcome): void {
    const { jobs, events } = this.#store;
    jobs.enter(job.id, state);
    jobs.setOutcome(job.id, outcome);
    const { character } = job.request;
    const resumable = state !== 'succeeded';
    events.append({ type: 'job.finished', job: job.id, character, state, resumable, ...outcome });
  }
}
