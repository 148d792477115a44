import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openModel } from '../../../src/diffusion/model/open-model.js';
import { SharedMemory } from '../../../src/diffusion/model/shared-memory.js';

/** Named networks that record when they are opened and freed. */
function networks(memory: SharedMemory) {
  const log: string[] = [];
  const share = (name: string) =>
    memory.share(async () => {
      log.push(`+${name}`);
      return { name, release: async () => void log.push(`-${name}`) };
    });
  return { log, a: share('a'), b: share('b') };
}

test('where not all fit, one is freed before another is opened', async () => {
  const memory = new SharedMemory(false);
  const { log, a, b } = networks(memory);
  expect((await a.open()).name).toBe('a');
  await a.open();
  await b.open();
  await b.free();
  await b.free();
  await a.open();
  await memory.release();
  await memory.release();
  expect(log).toEqual(['+a', '-a', '+b', '-b', '+a', '-a']);
});

test('where all fit, they stay open until they are released', async () => {
  const memory = new SharedMemory(true);
  const { log, a, b } = networks(memory);
  const first = await a.open();
  await b.open();
  expect(await a.open()).toBe(first);
  await a.free();
  await memory.release();
  expect(log).toEqual(['+a', '+b', '-a', '-b']);
});

test('a network that cannot be opened leaves nothing behind', async () => {
  const memory = new SharedMemory(false);
  const { log, a } = networks(memory);
  const broken = memory.share(() => Promise.reject(new Error('broken')));
  await a.open();
  await expect(broken.open()).rejects.toThrow('broken');
  await a.open();
  await memory.release();
  expect(log).toEqual(['+a', '-a', '+a', '-a']);
});

test('the networks of small models stay open together', async () => {
  const model = await openModel(fileURLToPath(new URL('../../goldens/text-to-image/model', import.meta.url)));
  expect(SharedMemory.of(model).holdsAll).toBe(true);
});
