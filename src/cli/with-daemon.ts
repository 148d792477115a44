/** @file Connects a command to a daemon: the running one, or else one in this process that ends with the command. */
import { setTimeout as delay } from 'node:timers/promises';
import { DaemonClient } from '../client/daemon-client.js';
import { type Daemon, startDaemon } from '../daemon/daemon.js';
import type { ErrorCode } from '../errors/catalogue.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { onEndSignal } from '../worker/end-signals.js';
import { note } from './output.js';

const name = 'lora-bridge cli';

const isCoded = (error: unknown, code: ErrorCode): boolean => error instanceof LoraBridgeError && error.code === code;

/** Connects to the running daemon. @throws LoraBridgeError `state.daemon.absent` */
export const connect = (): Promise<DaemonClient> => DaemonClient.connect({ name });

/**
 * Runs `use` with a client of the running daemon, or, if there is none, of a temporary one that ends with `use`. With
 * `runsJobs: false` the temporary one does not start queued jobs, only to interrupt them.
 */
export async function withDaemon<Result>(
  use: (client: DaemonClient) => Promise<Result>,
  options: { readonly runsJobs?: boolean } = {},
): Promise<Result> {
  const running = await connect().catch((error) => {
    if (isCoded(error, 'state.daemon.absent')) return undefined;
    throw error;
  });
  if (running !== undefined) return await useAndClose(running, use);
  const daemon = await startDaemon(options).catch((error) => {
    // Another command was faster.
    if (isCoded(error, 'state.daemon.running')) return undefined;
    throw error;
  });
  if (daemon === undefined) return await useAndClose(await connect(), use);
  try {
    return await useAndClose(await connect(), use);
  } finally {
    await jobsOfOthers(daemon);
    await daemon.stop();
  }
}

/** Other commands found this daemon, and their jobs run in it: it must not end before them, unless the user insists. */
async function jobsOfOthers(daemon: Daemon): Promise<void> {
  if (!daemon.hasAwaitedJobs) return;
  note('Other commands wait for jobs that run in this process. It exits when they have ended; Ctrl-C interrupts them.');
  const interrupted = new AbortController();
  const removeListener = onEndSignal(() => interrupted.abort());
  try {
    while (daemon.hasAwaitedJobs) await delay(200, undefined, { signal: interrupted.signal });
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
  } finally {
    removeListener();
  }
}

async function useAndClose<Result>(
  client: DaemonClient,
  use: (client: DaemonClient) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
