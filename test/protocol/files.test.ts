/** @file What is checked in under `protocol/` is what the messages say. */
import { expect, test } from 'vitest';
import { differences } from '../../scripts/protocol/files.js';

test('protocol/ is up to date; if not, run `npm run protocol`', () => {
  expect(differences()).toEqual([]);
});
