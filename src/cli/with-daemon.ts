/** @file Connects a command to a daemon: the running one, or else one in this process that ends with the command. */
import { DaemonClient } from '../client/daemon-client.js';
import { startDaemon } from '../daemon/daemon.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';

const name = 'lora-bridge cli';

const isAbsent = (error: unknown): boolean => error instanceof LoraBridgeError && error.code === 'state.daemon.absent';

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
