/** @file What is said about prompts written for other programs. */
import { expect, test } from 'vitest';
import { promptNotes } from '../../src/cli/prompt-notes.js';

test.each([
  ['a girl <hypernet:mina:1>', 'an extra network', '<hypernet:mina:1>'],
  ['a (sks:1.5) girl', 'emphasis', '(sks:1.5)'],
  ['a ((sks)) girl', 'emphasis', '((sks))'],
  ['a [red:blue:0.5] dress', 'prompt editing', '[red:blue:0.5]'],
  ['a girl BREAK a dog', 'a separator', 'BREAK'],
  ['a girl AND a dog', 'a separator', 'AND'],
  ['a {red|blue} dress', 'a wildcard', '{red|blue}'],
  ['a __colour__ dress', 'a wildcard', '__colour__'],
])('%s', (prompt, kind, found) => {
  expect(promptNotes('prompt', prompt, 0)).toEqual([
    `the prompt has ${kind}, which is not supported and read as words: ${found}`,
  ]);
});

test('says how much is too long, and nothing of plain words', () => {
  expect(promptNotes('negative prompt', 'bad', 3)).toEqual([
    'the negative prompt is too long: its last 3 tokens are ignored',
  ]);
  expect(promptNotes('prompt', 'a sks girl (smiling), 3 < 4 [close-up], <3, Android', 0)).toEqual([]);
});
