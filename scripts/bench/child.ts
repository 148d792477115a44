/** @file Child processes that measure and print their figures on standard output. */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { operatorTime } from './operator-profile.js';

const here = fileURLToPath(new URL('.', import.meta.url));

const measurement = z.object({
  secondsToFirstStep: z.number().optional(),
  seconds: z.array(z.number()).min(1),
  /** Of the LoRA's updates, which `seconds` leave out. */
  updateSeconds: z.array(z.number()).optional(),
  peakGigabytes: z.number(),
  operators: z.array(operatorTime).optional(),
  sgemmRate: z.number().optional(),
});
export type Measurement = z.output<typeof measurement>;

export interface Work {
  /** Model, or one network of it. */
  readonly folder: string;
  /** Of the latent or of the picture, as the child wants it. */
  readonly edge: number;
  readonly steps: number;
  readonly mode?: 'low-memory' | 'profile';
}

/** Runs one of the scripts of this folder, with as many threads as there are cores. */
export async function measure(python: string | undefined, script: string, work: Work): Promise<Measurement> {
  const args = [work.folder, work.edge, availableParallelism(), work.steps].map(String);
  const program = python ?? process.execPath;
  const { stdout } = await promisify(execFile)(program, [
    ...(python === undefined ? ['--import', 'tsx'] : []),
    join(here, script),
    ...args,
    ...(work.mode === undefined ? [] : [work.mode]),
  ]);
  return measurement.parse(JSON.parse(stdout));
}
