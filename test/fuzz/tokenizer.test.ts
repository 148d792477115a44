/** @file Any tokenizer files lead to 77 tokens for any prompt, in reasonable time, or to an error with a code. */
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ClipTokenizer } from '../../src/diffusion/clip/tokenizer.js';
import { folder, goldens, mutations, orCode, write } from './support.js';

const golden = join(goldens, 'text-to-image', 'model', 'tokenizer', 'tokenizer.json');
const place = mkdtempSync(join(folder, 'tokenizer-'));
const put = (name: string, text: Uint8Array | string): string =>
  write(join(place.slice(folder.length + 1), name), text);

async function expectSound(prompt: string, where = place): Promise<boolean> {
  const tokenizer = await orCode(() => ClipTokenizer.open({ folder: where }), 'input.model.');
  if (tokenizer === undefined) return false;
  const { ids, end, dropped } = tokenizer.encode(prompt);
  expect(ids.length).toBe(77);
  expect(ids.every((id) => id >= 0 && id < 2 ** 31)).toBe(true);
  expect(end).toBeGreaterThanOrEqual(0);
  expect(dropped).toBeGreaterThanOrEqual(0);
  return true;
}

it('any bytes of tokenizer.json changed', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(mutations(golden), fc.string(), async (bytes, prompt) => {
      put('tokenizer.json', bytes);
      if (await expectSound(prompt)) accepted++;
    }),
  );
  expect(accepted).toBeGreaterThan(5);
});

it('any value replaced by any other', async () => {
  let accepted = 0;
  const whole: unknown = JSON.parse(readFileSync(golden, 'utf8'));
  const paths = [['model'], ['model', 'vocab'], ['model', 'merges'], ['added_tokens'], ['added_tokens', '0', 'id']];
  const special = [['model', 'vocab', 'a'], ['model', 'merges', '0'], ['added_tokens', '0', 'content'], ['normalizer']];
  const absurd = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 1e300, 2 ** 40, [[]], [['a']], [{ id: 1, content: '' }]));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths, ...special), absurd, async (path, value) => {
      const copy = structuredClone(whole);
      let target: unknown = copy;
      for (const key of path.slice(0, -1)) target = Reflect.get(Object(target), key);
      Reflect.set(Object(target), path.at(-1) ?? '', value);
      put('tokenizer.json', JSON.stringify(copy));
      if (await expectSound('a girl, Red hair <|endoftext|>')) accepted++;
    }),
  );
  expect(accepted).toBeGreaterThan(5);
});

it('any vocabulary and merges in two files', async () => {
  let accepted = 0;
  const two = join(place, 'two');
  mkdirSync(two);
  const words = fc.dictionary(fc.string({ maxLength: 3 }), fc.oneof(fc.nat(300), fc.jsonValue()), { maxKeys: 8 });
  await fc.assert(
    fc.asyncProperty(words, fc.array(fc.string()), fc.string(), async (vocab, merges, prompt) => {
      put('two/vocab.json', JSON.stringify({ ...vocab, '<|startoftext|>': 400, '<|endoftext|>': 401 }));
      put('two/merges.txt', merges.join('\n'));
      if (await expectSound(prompt, two)) accepted++;
    }),
  );
  expect(accepted).toBeGreaterThan(5);
});

it('takes no regular expression from a file', async () => {
  const hostile = JSON.parse(readFileSync(golden, 'utf8'));
  // Takes longer than the universe is old.
  hostile.pre_tokenizer = { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Isolated', invert: false };
  hostile.normalizer = { type: 'Replace', pattern: { Regex: '(a|a)*$' }, content: '' };
  put('tokenizer.json', JSON.stringify(hostile));
  expect(await expectSound(`${'a'.repeat(5000)}!`)).toBe(true);
});
