/** @file Loss scaling against torch's GradScaler with AdamW. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AdamW, adamWDefaults } from '../../src/training/adamw.js';
import { LossScaler } from '../../src/training/loss-scaler.js';

const golden = JSON.parse(
  readFileSync(new URL('../goldens/loss-scaling/loss-scaling.json', import.meta.url), 'utf8'),
) as { steps: number; overflows: number[]; scales: [number, number][]; updates: number; after: number[] };

test('scales, skipped steps and what is learnt are those of torch', () => {
  let scaler = new LossScaler();
  const optimizer = new AdamW(4, { ...adamWDefaults, weightDecay: 0 });
  const parameters = Float32Array.of(0, 1 / 4, 2 / 4, 3 / 4);
  const scales: [number, number][] = [];
  for (let step = 0; step < golden.steps; step++) {
    const { scale } = scaler.state;
    if (scale !== scales.at(-1)?.[1]) scales.push([step, scale]);
    const overflowed = golden.overflows.includes(step);
    if (!overflowed) {
      const gradient = Float32Array.from([0, 1, 2, 3], (index) => (((step + index) % 7) - 3) / 8);
      optimizer.update(parameters, gradient, 1e-3);
    }
    scaler.update(overflowed);
    // As after a checkpoint.
    if (step % 1000 === 700) scaler = new LossScaler(JSON.parse(JSON.stringify(scaler.state)));
  }
  expect(scales).toEqual(golden.scales);
  expect(optimizer.updates).toBe(golden.updates);
  expect(scaler.state.skippedSteps).toBe(golden.overflows.length);
  for (const [index, value] of parameters.entries()) expect(value).toBeCloseTo(golden.after[index] ?? Number.NaN, 5);
});

test('a scale that float32 does not hold twice stays', () => {
  const scaler = new LossScaler({ scale: 2 ** 127, goodSteps: 1999, skippedSteps: 0 });
  scaler.update(false);
  expect(scaler.state).toEqual({ scale: 2 ** 127, goodSteps: 0, skippedSteps: 0 });
});
