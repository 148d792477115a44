/** @file Folders that engines are installed into, and what holds for every installation. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

/** Receives an installation's news and drops them. */
export const quiet = { progress: () => {}, line: () => {} };

/** Path of a folder of engines that is not there yet, in a data folder of its own; deleted after the test. */
export function temporaryEngines(): string {
  const home = mkdtempSync(join(tmpdir(), 'lora-bridge-engines-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return join(home, 'engines');
}

/** Starts two installations at once: one installs, the other reports that the engine is busy. */
export async function expectOneOfTwo(install: () => Promise<unknown>): Promise<void> {
  const results = await Promise.allSettled([install(), install()]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const rejected = results.find((result) => result.status === 'rejected');
  expect(rejected?.reason).toMatchObject({ code: 'state.engine.busy' });
}
