/** @file One run of a job, from its pictures to its LoRA: prepares the dataset, then trains, each in a child process. */

import { mkdir, stat, writeFile } from 'node:fs/promises';
import { errorOf } from '../errors/error-report.js';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { JobOutcome, TerminalJobState } from '../protocol/job.js';
import type { Job, JobWorker } from '../store/jobs.js';
import type { TrainingJob } from '../training/job.js';
import type { WorkerEvent } from '../worker/events.js';
import { isNativeFault, logTail, startWorker, type Worker, type WorkerEnd } from '../worker/parent.js';
import type { Program } from '../worker/program.js';
import { claimRunFolder } from './checkpoints.js';
import { jobFiles } from './job-files.js';
import { recordOf, waitForOrphanedWorker } from './orphaned-worker.js';

/** What a run needs from the queue. */
export interface RunContext {
  /** The child process that prepares the dataset. */
  readonly datasetProgram: Program;
  /** The child process that trains. Throws when no engine can run the job. */
  engineProgram(): Promise<Program>;
  readonly log: string;
  readonly stopSeconds: number;
  /** The job file of the child process that prepares the dataset. */
  datasetJob(folder: string): Promise<unknown>;
  entered(state: 'preparing' | 'running' | 'stopping'): Promise<void>;
  workerChanged(worker: JobWorker | null): Promise<void>;
  onEvent(event: WorkerEvent): Promise<void>;
}

export interface RunEnd {
  readonly state: TerminalJobState;
  readonly outcome: JobOutcome;
}

type StopReason = Extract<TerminalJobState, 'cancelled' | 'interrupted'>;

/** Thrown between two child processes when the run is being stopped. */
class Stopped extends Error {}

export class Run {
  readonly #job: Job;
  readonly #context: RunContext;
  #worker: Worker | undefined;
  /** Where the child process computes, once it has reported that. */
  #device: string | undefined;
  #stopReason: StopReason | undefined;
  #outcome: JobOutcome = {};

  constructor(job: Job, context: RunContext) {
    this.#job = job;
    this.#context = context;
  }

  /** Stops the run soon, in the state `reason`; only the first call counts. */
  async stop(reason: StopReason): Promise<void> {
    if (this.#stopReason !== undefined) return;
    this.#stopReason = reason;
    this.#worker?.stop(this.#context.stopSeconds);
    await this.#context.entered('stopping');
  }

  /** Runs the job. A failure of the job is its outcome, not an exception. */
  async execute(): Promise<RunEnd> {
    try {
      await this.#prepareAndTrain();
      return { state: 'succeeded', outcome: this.#outcome };
    } catch (error) {
      if (error instanceof Stopped) return { state: this.#stopReason ?? 'interrupted', outcome: this.#outcome };
      const outcome = { ...this.#outcome, error: asLoraBridgeError(error, this.#job.out).toReport() };
      // A failure while stopping: the error is kept, but the state is the one requested.
      return { state: this.#stopReason ?? 'failed', outcome };
    }
  }

  async #prepareAndTrain(): Promise<void> {
    const { id, out, request, worker } = this.#job;
    const files = jobFiles(out);
    // Chosen first, so that no dataset is prepared for an engine that is not installed.
    const engine = await this.#context.engineProgram();
    await this.#context.entered('preparing');
    if (worker !== null) await waitForOrphanedWorker(worker, this.#context.stopSeconds);
    await mkdir(out, { recursive: true });
    const checkpoint = await claimRunFolder(out, id);
    // A checkpoint is resumed with the dataset that it was trained on.
    const prepared = checkpoint !== undefined && (await stat(files.manifest).catch(() => undefined)) !== undefined;
    if (!prepared) {
      await writeFile(files.datasetJob, JSON.stringify(await this.#context.datasetJob(files.dataset)));
      await this.#runWorker(this.#context.datasetProgram, files.datasetJob);
    }
    if (this.#stopReason !== undefined) throw new Stopped();
    const engineJob: TrainingJob = {
      run: id,
      character: request.character,
      manifest: files.manifest,
      out,
      options: request.options,
      ...(prepared ? { resume: checkpoint } : {}),
    };
    await writeFile(files.engineJob, JSON.stringify(engineJob));
    await this.#context.entered('running');
    await this.#runWorker(engine, files.engineJob);
  }

  /** Returns when the child process has finished its work; throws otherwise. */
  async #runWorker(program: Program, jobFile: string): Promise<void> {
    if (this.#stopReason !== undefined) throw new Stopped();
    let last: WorkerEvent | undefined;
    const worker = await startWorker({
      program,
      jobFile,
      log: this.#context.log,
      onEvent: async (event) => {
        last = event;
        if (event.type === 'started') this.#device = event.device;
        if (event.type === 'prepared') this.#outcome = { picturesPerFraming: event.picturesPerFraming };
        if (event.type === 'finished') {
          const { type: _type, ...results } = event;
          this.#outcome = { ...this.#outcome, ...results };
        }
        await this.#context.onEvent(event);
      },
    });
    this.#worker = worker;
    // Stop may have been called while the child was being started.
    if (this.#stopReason !== undefined) worker.stop(this.#context.stopSeconds);
    let end: WorkerEnd;
    try {
      await this.#context.workerChanged(await recordOf(worker.pid));
      end = await worker.ended;
    } finally {
      this.#worker = undefined;
    }
    await this.#context.workerChanged(null);
    await this.#check(program, end, last);
  }

  async #check({ command, arguments: [file] }: Program, end: WorkerEnd, last: WorkerEvent | undefined): Promise<void> {
    if (last?.type === 'finished' || (last?.type === 'prepared' && end.exitCode === 0)) return;
    if (last?.type === 'failed') throw errorOf(last.error);
    if (last?.type === 'stopped' || (this.#stopReason !== undefined && !end.killed)) throw new Stopped();
    if (end.killed) {
      throw new LoraBridgeError(
        'trainer.hung',
        `The process did not stop within ${this.#context.stopSeconds} s and was killed.`,
        {
          hint: 'Resume the job: it continues from its last checkpoint.',
        },
      );
    }
    const how = end.signal === null ? `with exit code ${end.exitCode}` : `by the signal ${end.signal}`;
    const tail = await logTail(this.#context.log).catch(() => '');
    if (this.#device !== undefined && this.#device !== 'cpu' && isNativeFault(end)) {
      const where = `The process that computed on the graphics device (${this.#device})`;
      throw new LoraBridgeError(
        'resource.device.lost',
        `${where} was ended ${how} by a crash in native code.${tail && ` Last log lines: ${tail}`}`,
        {
          file: this.#context.log,
          hint: 'Resume the job: it continues from its last checkpoint. If that happens again, update the driver or use --device cpu.',
        },
      );
    }
    throw new LoraBridgeError(
      'trainer.crashed',
      `The process ${command} ${file} ended ${how}.${tail && ` Last log lines: ${tail}`}`,
      {
        file: this.#context.log,
        hint:
          end.signal === 'SIGKILL'
            ? 'The system may have run out of memory: try a smaller resolution or batch size, then resume the job.'
            : 'Check the log file, then resume the job: it continues from its last checkpoint.',
      },
    );
  }
}
