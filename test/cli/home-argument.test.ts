import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { expandHome } from '../../src/cli/home-argument.js';

test('expands ~ behind = where it is the home folder', () => {
  expect(expandHome('--images=~/x')).toBe(`--images=${homedir()}/x`);
  expect(expandHome('--out=~')).toBe(`--out=${homedir()}`);
  for (const other of ['--images=~other/x', '--prompt=a ~ b', '~/x', '--images', 'x=~/y'])
    expect(expandHome(other)).toBe(other);
});
