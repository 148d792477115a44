/** @file Gives a command the daemon to talk to: the running one, else one in this very process, for as long as the command takes. */
import { DaemonClient } from '../client/daemon-client.js';
import { startDaemon } from '../daemon/daemon.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';

const name = 'lora-bridge cli';

const isAbsent = (error: unknown): boolean => error instanceof LoraBridgeError && error.code === 'state.daemon.absent';

/** Connects to the running daemon. @throws LoraBridgeError `state.daemon.absent` */
export const connect = (): Promise<DaemonClient> => DaemonClient.connect({ name });

/**
 * Runs `use` with a client of the running daemon; where none runs, of one that ends with `use`. With `runsJobs: false` that one
 * leaves queued jobs alone, instead of beginning a job only to interrupt it.
 */
export async function withDaemon<Result>(
  use: (client: DaemonClient) => Promise<Result>,
  options: { readonly runsJobs?: boolean } = {},
): Promise<Result> {
  const running = await connect().catch((error) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (running !== undefined) return await useAndClose(running, use);
  const daemon = await startDaemon(options);
  try {
    return await useAndClose(await connect(), use);
  } finally {
    await daemon.stop();
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
