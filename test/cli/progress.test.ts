/** @file Progress in terminals of any width, and in a log. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { progressText } from '../../src/cli/progress-text.js';

const training = { name: 'training', done: 250, total: 1000, details: ['loss 0.1234', 'ETA 12:34', '1.2 steps/s'] };

describe('the text', () => {
  test.each([
    [40, 'training 250/1000 loss 0.1234 ETA 12:34'],
    [30, 'training 250/1000 loss 0.1234'],
    [60, 'training   250/1000  loss 0.1234  ETA 12:34  1.2 steps/s'],
    [80, 'training   ██████░░░░░░░░░░░░░░░░ 250/1000  loss 0.1234  ETA 12:34  1.2 steps/s'],
    [200, 'training   ██████░░░░░░░░░░░░░░░░░░ 250/1000  loss 0.1234  ETA 12:34  1.2 steps/s'],
    [undefined, 'training   250/1000  loss 0.1234  ETA 12:34  1.2 steps/s'],
  ])('at %s columns', (columns, expected) => {
    expect(progressText(training, columns)).toBe(expected);
  });

  test('never wraps', () => {
    for (let columns = 10; columns < 220; columns += 1)
      expect(progressText(training, columns).length).toBeLessThan(columns);
  });
});

const program = `
import { ProgressLine } from '${new URL('../../src/cli/progress.ts', import.meta.url)}';
const line = new ProgressLine(false);
line.update('faces', 6, 7);
line.update('dataset', 6, 7);
line.update('training', 1, 2, ['loss 0.1234', 'ETA 0:01', '1.0 steps/s']);
line.say('preview of step 1');
line.update('training', 2, 2, ['loss 0.1000', 'ETA 0:00', '1.0 steps/s']);
line.end();
`;
const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', program] as const;
const cwd = fileURLToPath(new URL('../..', import.meta.url));

test('in a log every stage ends complete', () => {
  const output = execFileSync('sh', ['-c', '"$@" 2>&1', 'sh', ...node], { cwd, encoding: 'utf8' });
  expect(output.split('\n')).toEqual([
    ...['faces      6/7', 'dataset    6/7', 'faces      7/7', 'dataset    7/7'],
    'training   1/2  loss 0.1234  ETA 0:01  1.0 steps/s',
    'preview of step 1',
    'training   2/2  loss 0.1000  ETA 0:00  1.0 steps/s',
    '',
  ]);
});

/** Where util-linux's `script` makes a pseudo-terminal. */
const hasScript = process.platform === 'linux' && existsScript();
function existsScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
}

test.runIf(hasScript).each([40, 80, 200])(
  'in a terminal of %i columns the last lines are whole and complete',
  (columns) => {
    const words = node.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    const command = `stty cols ${columns} rows 24; ${words}`;
    const output = execFileSync('script', ['-qec', command, '/dev/null'], { cwd, encoding: 'utf8', input: '' });
    // What is drawn last, without the sequences that move the cursor.
    const escapeCharacter = String.fromCharCode(27);
    const lines = output
      .replaceAll(new RegExp(`${escapeCharacter}\\[[0-9;?]*[A-Za-z]|${escapeCharacter}[78]`, 'g'), '\n')
      .split(/[\r\n]+/);
    const last = (name: string): string => lines.findLast((line) => line.startsWith(name)) ?? '';
    expect(last('faces')).toContain('7/7');
    expect(last('dataset')).toContain('7/7');
    expect(last('training')).toMatch(/2\/2 +loss 0\.1000 +ETA 0:00/);
    expect(lines).toContain('preview of step 1');
    for (const line of lines) expect(line.length).toBeLessThan(columns);
  },
);
