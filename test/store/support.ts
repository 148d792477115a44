/** @file What the tests of the store share. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ShotMetadata } from '../../src/protocol/shot.js';
import { createHome, homeAt } from '../../src/store/home.js';
import { openStore, type Store } from '../../src/store/store.js';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A store that is closed after the test. */
export async function openTestStore(folder = temporaryFolder()): Promise<Store> {
  const home = homeAt(folder);
  createHome(home);
  const store = await openStore(home);
  onTestFinished(() => store.database.close());
  return store;
}

export function shotOf(bytes: Buffer, about: Partial<ShotMetadata> = {}): ShotMetadata {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { id: randomUUID(), character: 'Godette', name: 'walk_front', sha256, bytes: bytes.length, ...about };
}

export const someBytes = (length = 1000): Buffer => randomBytes(length);
