import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openSafetensors } from '../../src/safetensors/header.js';
import { readTensor } from '../../src/safetensors/read.js';
import { AdamW, adamWDefaults } from '../../src/training/adamw.js';
import { clipGradients, gradientNorm } from '../../src/training/gradient-norm.js';

const golden = openSafetensors(fileURLToPath(new URL('../goldens/adamw/adamw.safetensors', import.meta.url)));

function train(weightDecay: number): { parameters: Float32Array; norms: number[] } {
  const parameters = readTensor(golden, 'before');
  const gradients = readTensor(golden, 'gradients');
  const optimizer = new AdamW(parameters.length, { ...adamWDefaults, weightDecay });
  const norms: number[] = [];
  for (let update = 0; update < 10; update++) {
    const gradient = gradients.slice(64 * update, 64 * (update + 1));
    const norm = gradientNorm(gradient);
    norms.push(norm);
    clipGradients(gradient, norm, 1);
    optimizer.update(parameters, gradient, 1e-2);
  }
  return { parameters, norms };
}

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b[index] ?? Number.NaN))), 0);

test('ten clipped updates end within 5e-6 of torch: float32 rounds each update', () => {
  const { parameters, norms } = train(adamWDefaults.weightDecay);
  expect(largestDifference(parameters, readTensor(golden, 'after'))).toBeLessThan(5e-6);
  expect(largestDifference(Float32Array.from(norms), readTensor(golden, 'norms'))).toBeLessThan(1e-5);
});

test('the tolerance is fine enough to see a missing weight decay', () => {
  expect(largestDifference(train(0).parameters, readTensor(golden, 'after'))).toBeGreaterThan(1e-4);
});
