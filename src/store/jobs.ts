/** @file The table of jobs. */

import { z } from 'zod';
import { type JobOutcome, type JobState, jobOutcome, jobState } from '../protocol/job.js';
import { trainOptions } from '../protocol/train-options.js';
import type { Database } from './database.js';
import { newest, ordinal, type Part, type Position, partOf } from './part.js';

/** The request that a job was started with. */
export const jobRequest = z.object({
  character: z.string(),
  folder: z.string().optional(),
  /** Ids of the shots to train on. */
  shots: z.array(z.string()).optional(),
  /** Those of them that the client named itself; absent where the daemon chose them. */
  named: z.array(z.string()).optional(),
  options: trainOptions,
});

export type JobRequest = z.output<typeof jobRequest>;

/** The child process of a job: its id, and what tells it from a later process of that id (see jobs/orphaned-worker.ts). */
export const jobWorker = z.object({ pid: z.int(), bootedAt: z.number(), start: z.string().optional() });

export type JobWorker = z.output<typeof jobWorker>;

const json = <T>(schema: z.ZodType<T>) => z.string().transform((text) => schema.parse(JSON.parse(text)));

const row = z.object({
  id: z.string(),
  state: jobState,
  created_at: z.string(),
  changed_at: z.string(),
  request: json(jobRequest),
  out: z.string(),
  step: z.int(),
  outcome: json(jobOutcome),
  worker: json(jobWorker).nullable(),
});

export interface Job {
  readonly id: string;
  readonly state: JobState;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly request: JobRequest;
  /** Folder of the run. */
  readonly out: string;
  readonly step: number;
  readonly outcome: JobOutcome;
  readonly worker: JobWorker | null;
}

const toJob = ({ created_at, changed_at, ...rest }: z.output<typeof row>): Job => ({
  ...rest,
  createdAt: created_at,
  changedAt: changed_at,
});

const columns = 'id, state, created_at, changed_at, request, out, step, outcome, worker';

export class Jobs {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds a job at the end of the queue. */
  add(id: string, request: JobRequest, out: string): void {
    const now = new Date().toISOString();
    this.#database.write(
      `INSERT INTO jobs (id, state, created_at, changed_at, queued_at, request, out)
       VALUES (?, 'queued', ?, ?, (SELECT coalesce(max(queued_at), 0) + 1 FROM jobs), ?, ?)`,
      id,
      now,
      now,
      JSON.stringify(request),
      out,
    );
  }

  get(id: string): Job | undefined {
    const found = this.#database.first(row, `SELECT ${columns} FROM jobs WHERE id = ?`, id);
    return found && toJob(found);
  }

  /** A part of all jobs, newest first. */
  list(limit: number, before: Position = newest): Part<Job> {
    const sql = `SELECT ordinal, ${columns} FROM jobs WHERE ordinal < ? ORDER BY ordinal DESC LIMIT ?`;
    return partOf(this.#database.all(row.extend(ordinal), sql, before, limit), limit, ({ ordinal: _, ...job }) =>
      toJob(job),
    );
  }

  /** A job other than `id` that has not ended and writes to the folder `out`. */
  writingTo(out: string, id: string): Job | undefined {
    const sql = `SELECT ${columns} FROM jobs WHERE out = ? AND id <> ? AND state IN ('queued', 'preparing', 'running', 'stopping')`;
    const found = this.#database.first(row, sql, out, id);
    return found && toJob(found);
  }

  /** The job that has been queued longest. */
  next(): Job | undefined {
    const sql = `SELECT ${columns} FROM jobs WHERE state = 'queued' ORDER BY queued_at LIMIT 1`;
    const found = this.#database.first(row, sql);
    return found && toJob(found);
  }

  /** Jobs that were under way when a daemon was killed. */
  abandoned(): Job[] {
    const sql = `SELECT ${columns} FROM jobs WHERE state IN ('preparing', 'running', 'stopping')`;
    return this.#database.all(row, sql).map(toJob);
  }

  enter(id: string, state: JobState): void {
    const now = new Date().toISOString();
    this.#database.write('UPDATE jobs SET state = ?, changed_at = ? WHERE id = ?', state, now, id);
  }

  /** Puts a job at the end of the queue again, without its outcome. */
  requeue(id: string): void {
    this.enter(id, 'queued');
    this.#database.write(
      `UPDATE jobs SET outcome = '{}', queued_at = (SELECT max(queued_at) + 1 FROM jobs) WHERE id = ?`,
      id,
    );
  }

  setStep(id: string, step: number): void {
    this.#database.write('UPDATE jobs SET step = ? WHERE id = ?', step, id);
  }

  setOutcome(id: string, outcome: JobOutcome): void {
    this.#database.write('UPDATE jobs SET outcome = ? WHERE id = ?', JSON.stringify(outcome), id);
  }

  setWorker(id: string, worker: JobWorker | null): void {
    this.#database.write('UPDATE jobs SET worker = ? WHERE id = ?', worker && JSON.stringify(worker), id);
  }

  remove(id: string): void {
    this.#database.write('DELETE FROM jobs WHERE id = ?', id);
  }
}
