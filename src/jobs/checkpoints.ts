/** @file Finds the checkpoint from which a run resumes. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The newest complete checkpoint in a run folder, or undefined. `since` leaves out what an earlier run wrote into the
 * same folder. A checkpoint is complete once it has its `state.json`.
 */
export async function newestCheckpoint(out: string, since: Date): Promise<string | undefined> {
  const folder = join(out, 'checkpoints');
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((entry) => /^step-\d+$/.test(entry)).sort(bySteps)) {
    const written = await stat(join(folder, name, 'state.json')).catch(() => undefined);
    if (written !== undefined && written.mtime >= since) return join(folder, name);
  }
  return undefined;
}

const stepsOf = (name: string): number => Number(name.slice('step-'.length));
const bySteps = (a: string, b: string): number => stepsOf(b) - stepsOf(a);
