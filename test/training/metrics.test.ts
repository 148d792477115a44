import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MetricsFile } from '../../src/training/metrics.js';

const path = join(mkdtempSync(join(tmpdir(), 'metrics-')), 'metrics.jsonl');
const line = (step: number) => ({
  step,
  loss: 0.5,
  gradientNorm: 0.1,
  learningRate: 1e-4,
  samples: ['a#0'],
  timesteps: [10 * step],
});
const steps = () =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text).step);

test('a resumed run drops the steps after its checkpoint, and a line cut short by a crash', () => {
  const first = new MetricsFile(path, 0);
  for (const step of [1, 2, 3, 4]) first.append(line(step));
  first.close();
  writeFileSync(path, `${readFileSync(path, 'utf8')}{"step":5,"los`);
  const second = new MetricsFile(path, 2);
  second.append(line(3));
  second.close();
  expect(steps()).toEqual([1, 2, 3]);
});
