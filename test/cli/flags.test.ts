import { Command } from 'commander';
import { expect, test } from 'vitest';
import { addFlags, readFlags } from '../../src/cli/flags.js';
import { trainOptions } from '../../src/protocol/train-options.js';

function parse(...args: string[]) {
  const command = addFlags(new Command().exitOverride().configureOutput({ writeErr: () => {} }), trainOptions.shape);
  return readFlags(trainOptions, command.parse(args, { from: 'user' }).opts());
}

test('without flags every option has the default of its schema', () => {
  expect(parse()).toEqual(trainOptions.parse({}));
});

test('reads numbers, lists, booleans and text', () => {
  const options = parse('--learning-rate', '1e-3', '--framings', 'face, full', '--flip', '--base', 'pocket');
  expect(options).toMatchObject({ learningRate: 1e-3, framings: ['face', 'full'], flip: true, base: 'pocket' });
});

test.each([
  ['--steps', 'many'],
  ['--steps', ''],
  ['--rank', '0'],
  ['--background', 'blue'],
  ['--resolution', '100'],
])('%s %s is refused by name', (flag, value) => {
  expect(() => parse(flag, value)).toThrow(expect.objectContaining({ code: 'input.option.invalid' }));
  expect(() => parse(flag, value)).toThrow(flag);
});

test('help names each option with its default', () => {
  const help = addFlags(new Command(), trainOptions.shape).helpInformation();
  expect(help).toMatch(/--learning-rate <number>\s.*0\.0001/s);
  expect(help).toContain('--min-snr-gamma');
});
