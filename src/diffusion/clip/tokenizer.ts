/**
 * @file CLIP's tokenizer: from a prompt to 77 token ids, the same as from transformers' `CLIPTokenizer` with
 * `padding="max_length", truncation=True`. Reads `tokenizer.json` (written by transformers 5) or `vocab.json` and
 * `merges.txt` (older folders, and the pocket model).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { readConfigFile, readText } from '../config/config-file.js';
import { CONTEXT_LENGTH } from '../config/text-encoder-config.js';
import type { TokenizerFiles } from '../model/base-model.js';

const START = '<|startoftext|>';
const END = '<|endoftext|>';

export interface TokenizedPrompt {
  /** 77 ids: start, the prompt's own, end, padding. */
  readonly ids: Int32Array;
  /** Position of the first end token, whose hidden state represents the whole prompt. */
  readonly end: number;
  /** How many tokens of the prompt did not fit and have no effect; above 0, warn the user. */
  readonly dropped: number;
}

export class ClipTokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #start: number;
  readonly #end: number;
  readonly #padding: number;

  private constructor(tokenizer: Tokenizer, folder: string, paddingToken: string) {
    const id = (token: string): number => {
      const found = tokenizer.token_to_id(token);
      if (found !== undefined) return found;
      throw new LoraBridgeError('input.model.invalid', `The tokenizer in ${folder} has no token ${token}.`, {
        file: folder,
        hint: "It is not CLIP's tokenizer: download the model again.",
      });
    };
    this.#tokenizer = tokenizer;
    this.#start = id(START);
    this.#end = id(END);
    this.#padding = id(paddingToken);
  }

  /**
   * Opens the tokenizer of a model.
   * @throws LoraBridgeError `input.model.missing` and `input.model.invalid`
   */
  static async open({ folder, padding }: TokenizerFiles): Promise<ClipTokenizer> {
    const settings = existsSync(join(folder, 'tokenizer_config.json'))
      ? await readConfigFile(join(folder, 'tokenizer_config.json'), tokenizerConfig)
      : {};
    const special = existsSync(join(folder, 'special_tokens_map.json'))
      ? await readConfigFile(join(folder, 'special_tokens_map.json'), tokenizerConfig)
      : {};
    const whole = join(folder, 'tokenizer.json');
    const words = existsSync(whole) ? await readConfigFile(whole, tokenizerJson) : await fromTwoFiles(folder);
    const paddingToken = padding ?? special.pad_token ?? settings.pad_token ?? END;
    return new ClipTokenizer(new Tokenizer(clipDefinition(words), {}), folder, paddingToken);
  }

  encode(prompt: string): TokenizedPrompt {
    // JavaScript lowercases a final Σ to ς; CLIP's tokenizer lowercases each letter on its own.
    const own = this.#tokenizer.encode(prompt.replaceAll('Σ', 'σ'), { add_special_tokens: false }).ids;
    const kept = own.slice(0, CONTEXT_LENGTH - 2);
    const ids = new Int32Array(CONTEXT_LENGTH).fill(this.#padding);
    ids.set([this.#start, ...kept, this.#end]);
    return { ids, end: ids.indexOf(this.#end), dropped: own.length - kept.length };
  }
}

const token = z.union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)]);
const tokenizerConfig = z.object({ pad_token: token.optional() });

const isId = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31;
const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');

/** 49,408 entries: validating each with a schema would take longer than all the rest. */
const vocabulary = z.custom<Record<string, number>>(
  (value) => typeof value === 'object' && value !== null && Object.values(value).every(isId),
  'not a map of words to ids',
);
const mergeList = z.custom<readonly (string | readonly [string, string])[]>(
  (value) => Array.isArray(value) && value.every((merge) => typeof merge === 'string' || isPair(merge)),
  'not a list of merges',
);

interface AddedToken {
  readonly id: number;
  readonly content: string;
}

/** All that is read from a folder. How text is split into words is fixed by CLIP, whatever the files say. */
interface Words {
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly (readonly string[])[];
  readonly added: readonly AddedToken[];
}

const tokenizerJson = z
  .object({
    model: z.object({ vocab: vocabulary, merges: mergeList }),
    added_tokens: z.array(z.object({ id: z.custom<number>(isId), content: z.string().min(1) })).default([]),
  })
  .transform(({ model: { vocab, merges }, added_tokens: added }) => ({ vocab, merges: merges.map(pairOf), added }));

const pairOf = (merge: string | readonly [string, string]): readonly string[] =>
  typeof merge === 'string' ? merge.split(' ') : merge;

async function fromTwoFiles(folder: string): Promise<Words> {
  const vocab = await readConfigFile(join(folder, 'vocab.json'), vocabulary);
  const file = join(folder, 'merges.txt');
  if (!existsSync(file))
    throw new LoraBridgeError('input.model.missing', `The model folder has no ${file}.`, {
      file,
      hint: 'A tokenizer is `tokenizer.json`, or `vocab.json` and `merges.txt`: download the model again.',
    });
  const lines = (await readText(file)).split('\n').filter((line) => line !== '' && !line.startsWith('#version'));
  const added = [START, END].flatMap((content) =>
    vocab[content] === undefined ? [] : [{ id: vocab[content], content }],
  );
  return { vocab, merges: lines.map(pairOf), added };
}

/** The tokenizer definition that transformers' `CLIPTokenizer` builds from a vocabulary and its merges. */
function clipDefinition({ vocab, merges, added }: Words): object {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    version: '1.0',
    added_tokens: added.map((each) => ({ ...each, ...flags })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        {
          type: 'Split',
          pattern: {
            Regex:
              "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
          },
          behavior: 'Removed',
          invert: true,
        },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: null,
    decoder: null,
    model: {
      type: 'BPE',
      unk_token: END,
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      vocab,
      merges,
    },
  };
}
