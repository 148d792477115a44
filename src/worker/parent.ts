/** @file The parent's end of the pipe: one child process that does a part of a job, started, read, stopped in time. */
import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { spawn } from './child-process.js';
import { type WorkerEvent, workerEvent } from './events.js';
import type { Program } from './program.js';

export interface WorkerOptions {
  readonly program: Program;
  /** Job file that it is given. */
  readonly jobFile: string;
  /** Standard error is appended here by the child itself, so that it survives the end of this process. */
  readonly log: string;
  /** Called with one event at a time; further events wait until it has returned. */
  readonly onEvent: (event: WorkerEvent) => Promise<void>;
}

export interface WorkerEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether it was killed because it did not stop in time. */
  readonly killed: boolean;
}

/**
 * NTSTATUS of an access violation, an illegal instruction, a stack overflow, heap corruption, a failed check of the stack or of
 * the C runtime: how Windows ends a process with such a fault.
 */
const faultsOfWindows: readonly number[] = [0xc0000005, 0xc000001d, 0xc00000fd, 0xc0000374, 0xc0000409];

/** Whether native code crashed the process: our own code reports its errors, and a kill from outside has other signals. */
export function isNativeFault({ signal, exitCode }: Pick<WorkerEnd, 'signal' | 'exitCode'>): boolean {
  if (signal !== null) return ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE'].includes(signal);
  return exitCode !== null && faultsOfWindows.includes(exitCode);
}

export interface Worker {
  readonly pid: number;
  /** Resolves when the process has ended and every event was handled. Rejects only with what `onEvent` threw. */
  readonly ended: Promise<WorkerEnd>;
  /** Requests a stop; kills the process when it has not ended within `deadlineSeconds`. */
  stop(deadlineSeconds: number): void;
}

/**
 * Starts a child process.
 * @throws LoraBridgeError `trainer.crashed` when the program cannot be started
 */
export async function startWorker({ program, jobFile, log, onEvent }: WorkerOptions): Promise<Worker> {
  const logFile = openSync(log, 'a');
  const child = spawn(program.command, [...program.arguments, jobFile], {
    stdio: ['pipe', 'pipe', logFile],
    env: { ...process.env, ...program.env },
  });
  closeSync(logFile);
  const exited = new Promise<Omit<WorkerEnd, 'killed'>>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const { pid, stdin, stdout } = child;
  if (pid === undefined || stdin === null || stdout === null)
    throw new LoraBridgeError('trainer.crashed', `${program.command} could not be started.`);
  child.on('error', () => {});
  // Writing `stop` to a child that has just ended fails, which does not matter.
  stdin.on('error', () => {});

  let killed = false;
  let deadline: NodeJS.Timeout | undefined;
  const listen = async (): Promise<WorkerEnd> => {
    try {
      for await (const line of createInterface({ input: stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
        const event = parseEvent(line);
        if (event !== undefined) await onEvent(event);
      }
      return { ...(await exited), killed };
    } catch (error) {
      child.kill('SIGKILL');
      await exited;
      throw error;
    } finally {
      clearTimeout(deadline);
    }
  };
  return {
    pid,
    ended: listen(),
    stop(deadlineSeconds: number): void {
      stdin.write('stop\n');
      deadline ??= setTimeout(() => {
        killed = child.kill('SIGKILL');
      }, deadlineSeconds * 1000);
    },
  };
}

/** Native libraries write to standard output too: lines that are not events are ignored. */
function parseEvent(line: string): WorkerEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return workerEvent.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** The last lines of a log, at most `bytes` long, for a failure message. */
export async function logTail(log: string, bytes = 2000): Promise<string> {
  const handle = await open(log, 'r');
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, bytes));
    await handle.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trim();
  } finally {
    await handle.close();
  }
}
