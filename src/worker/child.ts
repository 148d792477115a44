/** @file The end of the pipe in a child process: reads its job file, sends events (events.ts), obeys `stop`. */
import { writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';
import { onEndSignal } from './end-signals.js';
import type { WorkerEvent } from './events.js';

/** Writes one event to the parent; blocks until the pipe has taken it, so that no event is lost at exit. */
export function sendEvent(event: WorkerEvent): void {
  const line = Buffer.from(`${JSON.stringify(event)}\n`);
  for (let offset = 0; offset < line.length; ) {
    try {
      offset += writeSync(1, line, offset);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // EAGAIN: the parent reads slowly. EPIPE: it is gone, and the end of standard input will stop us.
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
    }
  }
}

/**
 * What a job file says.
 * @throws LoraBridgeError `input.option.invalid`, `input.file.*`
 */
export async function readJob<Job>(schema: z.ZodType<Job>, file: string | undefined): Promise<Job> {
  if (file === undefined)
    throw new LoraBridgeError('input.option.invalid', 'Usage: give the path of a job file as the only argument.');
  const result = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (result.success) return result.data;
  throw new LoraBridgeError(
    'input.option.invalid',
    `${file} is not a valid job file: ${z.prettifyError(result.error)}`,
    {
      file,
      hint: 'Start the job again with options in their ranges.',
      cause: result.error,
    },
  );
}

/**
 * Runs `main` on a job file. The signal is aborted when the parent says `stop`, dies, or a
 * signal to end arrives. Whatever `main` throws becomes a `failed` event and exit status 1.
 * @param file its path; default: the first argument
 */
export async function runWorker<Job>(
  schema: z.ZodType<Job>,
  main: (job: Job, signal: AbortSignal) => Promise<void>,
  file = process.argv[2],
): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.stdin.on('data', (data: Buffer) => {
    if (data.toString().includes('stop')) stop();
  });
  process.stdin.on('end', stop);
  onEndSignal(stop);
  try {
    await main(await readJob(schema, file), controller.signal);
    process.exitCode = 0;
  } catch (error) {
    sendEvent({ type: 'failed', error: asLoraBridgeError(error).toReport() });
    process.exitCode = 1;
  } finally {
    process.stdin.destroy();
  }
}
