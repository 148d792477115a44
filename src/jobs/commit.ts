/** @file Transactions that must succeed eventually: a full disk only delays them. */
import { setTimeout as delay } from 'node:timers/promises';
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';
import type { Database } from '../store/database.js';
import type { Log } from './log.js';

const secondsBetweenTries = 1;

/**
 * Retries until the transaction is durable.
 * @throws the error when `signal` is aborted or the error is not retryable
 */
export async function commitEventually(
  database: Database,
  action: () => void,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      database.transaction(action);
      return;
    } catch (error) {
      const known = asLoraBridgeError(error);
      if (!known.retryable || signal.aborted) throw known;
      if (tries === 0) log.warn(`${known.message} ${known.hint ?? ''} Retrying until it succeeds.`);
    }
    // After an abort there is one more try.
    await delay(secondsBetweenTries * 1000, undefined, { signal }).catch(() => {});
  }
}
