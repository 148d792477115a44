/** @file A name that another program holds: the rename is retried, and given up with a code in the end. Files are real, the fault is injected. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { copyAtomically, writeAtomically, writeAtomicallySync } from '../../src/files/atomic.js';
import { writeDurably, writeDurablySync } from '../../src/files/durable.js';

/** What the next renames fail with, in order; then they work. */
const faults = vi.hoisted((): string[] => []);

const failIfTold = vi.hoisted(() => (to: string): void => {
  const code = faults.shift();
  if (code !== undefined)
    throw Object.assign(new Error(`${code}: rename '${to}'`), { code, syscall: 'rename', path: to });
});

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    rename: async (from: string, to: string) => {
      failIfTold(to);
      await real.rename(from, to);
    },
  };
});

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  return {
    ...real,
    renameSync: (from: string, to: string) => {
      failIfTold(to);
      real.renameSync(from, to);
    },
  };
});

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lora-bridge-files-'));
  file = join(folder, 'lora.safetensors');
  writeFileSync(file, 'old');
  writeFileSync(join(folder, 'source'), 'new');
  faults.length = 0;
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ways: readonly [name: string, write: () => Promise<void> | void][] = [
  ['writeAtomically', () => writeAtomically(file, 'new')],
  ['writeAtomicallySync', () => writeAtomicallySync(file, 'new')],
  ['copyAtomically', () => copyAtomically(join(folder, 'source'), file)],
  ['writeDurably', () => writeDurably(file, 'new')],
  ['writeDurablySync', () => writeDurablySync(file, (descriptor) => writeFileSync(descriptor, 'new'))],
];

test.each(ways)('%s waits for a file that another program holds', async (_, write) => {
  faults.push('EPERM', 'EACCES', 'EBUSY', 'EPERM');
  await write();
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(readdirSync(folder).sort()).toEqual(['lora.safetensors', 'source']);
});

test.each(ways)('%s fails at once when waiting cannot help, and leaves the old file', async (_, write) => {
  faults.push('EXDEV', 'EBUSY');
  await expect((async () => write())()).rejects.toMatchObject({ name: 'LoraBridgeError', file });
  expect(faults).toEqual(['EBUSY']);
  expect(readFileSync(file, 'utf8')).toBe('old');
  expect(readdirSync(folder).sort()).toEqual(['lora.safetensors', 'source']);
});

test.each([
  ['EBUSY', ''],
  ['EPERM', ', or write-protected'],
])('gives up after five seconds of %s, with growing pauses, a code and a hint', async (code, orElse) => {
  faults.push(...Array<string>(10).fill(code));
  const start = performance.now();
  await expect(writeDurably(file, 'new')).rejects.toMatchObject({
    code: 'resource.file.busy',
    retryable: true,
    message: `${file} is in use by another program${orElse}.`,
    hint: expect.stringContaining('Close the program'),
  });
  expect(performance.now() - start).toBeGreaterThan(5000);
  expect(readFileSync(file, 'utf8')).toBe('old');
  expect(readdirSync(folder).sort()).toEqual(['lora.safetensors', 'source']);
});
