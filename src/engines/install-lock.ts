/** @file Only one process at a time installs or removes an engine. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { takeLock } from '../store/lock.js';

/**
 * Runs an action on the engine `name` while no other process does.
 * @param engines folder of all installed engines
 * @throws LoraBridgeError `state.engine.busy`
 */
export async function withInstallLock<Result>(
  engines: string,
  name: string,
  action: () => Promise<Result>,
): Promise<Result> {
  await mkdir(engines, { recursive: true });
  const lock = takeLock(join(engines, `${name}.lock`));
  if (lock === undefined) {
    throw new LoraBridgeError('state.engine.busy', `Another process is installing or removing ${name}.`, {
      hint: 'Wait until it has finished, then check `lora-bridge engine status`.',
    });
  }
  try {
    return await action();
  } finally {
    lock.release();
  }
}
