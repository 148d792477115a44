/** @file Token ids against those of transformers' CLIPTokenizer, from both layouts of tokenizer folders. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ClipTokenizer } from '../../../src/diffusion/clip/tokenizer.js';

const pocket = fileURLToPath(new URL('../../../src/diffusion/pocket/tokenizer/', import.meta.url));
const goldens = z
  .array(z.object({ prompt: z.string(), ids: z.array(z.int()).length(77), dropped: z.int() }))
  .parse(JSON.parse(await readFile(new URL('../../goldens/tokenizer/clip.json', import.meta.url), 'utf8')));
const tokenizer = await ClipTokenizer.open({ folder: pocket });

describe('token ids', () => {
  it.each(goldens)('are those of transformers: $prompt', ({ prompt, ids, dropped }) => {
    const tokens = tokenizer.encode(prompt);
    expect([...tokens.ids]).toEqual(ids);
    expect(tokens.dropped).toBe(dropped);
  });

  it('report how much of a prompt of 500 words has no effect', () => {
    const tokens = tokenizer.encode('girl '.repeat(500));
    expect(tokens.dropped).toBe(500 - 75);
    expect(tokens.ids.length).toBe(77);
    expect(tokens.ids[76]).toBe(49407);
  });
});

describe('a tokenizer folder', () => {
  it('may hold a single tokenizer.json, and name another padding token', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
    const definition = {
      added_tokens: [
        { id: 5, content: '<|startoftext|>', special: true },
        { id: 6, content: '<|endoftext|>', special: true },
      ],
      normalizer: { type: 'Lowercase' },
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      post_processor: null,
      decoder: null,
      model: {
        type: 'BPE',
        unk_token: '<|endoftext|>',
        end_of_word_suffix: '</w>',
        vocab: { '!': 0, a: 1, b: 2, 'b</w>': 3, 'ab</w>': 4, '<|startoftext|>': 5, '<|endoftext|>': 6 },
        merges: [['a', 'b</w>']],
      },
    };
    await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(definition));
    await writeFile(join(folder, 'special_tokens_map.json'), JSON.stringify({ pad_token: { content: '!' } }));
    const small = await ClipTokenizer.open({ folder });
    expect([...small.encode('AB').ids.subarray(0, 5)]).toEqual([5, 4, 6, 0, 0]);
    await rm(folder, { recursive: true });
  });

  it('is refused when its files are missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
    await expect(ClipTokenizer.open({ folder })).rejects.toMatchObject({ code: 'input.model.missing' });
    await writeFile(join(folder, 'vocab.json'), '{}');
    await expect(ClipTokenizer.open({ folder })).rejects.toMatchObject({
      code: 'input.model.missing',
      file: join(folder, 'merges.txt'),
    });
    await writeFile(join(folder, 'merges.txt'), '#version: 0.2\n');
    await expect(ClipTokenizer.open({ folder })).rejects.toMatchObject({ code: 'input.model.invalid' });
    await rm(folder, { recursive: true });
  });
});
