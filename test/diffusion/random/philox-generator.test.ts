/** @file The CUDA generator against values published for real devices. */
import { describe, expect, it } from 'vitest';
import { newGenerator } from '../../../src/diffusion/random/noise-source.js';

describe('noise of a CUDA device', () => {
  it('begins with the values of torch.randn on a GPU with seed 0', () => {
    const [first, second, third] = newGenerator('cuda', 0).normal(16);
    expect(first).toBeCloseTo(-0.92466259, 6);
    expect(second).toBeCloseTo(-0.42534415, 6);
    expect(third).toBeCloseTo(-2.6438457, 6);
  });

  it('gives the same first samples however many are requested', () => {
    const few = newGenerator('cuda', 1024).normal(4);
    const many = newGenerator('cuda', 1024).normal(4096);
    expect(many.subarray(0, 4)).toEqual(few);
  });

  it('gives new samples on each call, and others for seeds that differ above 32 bits', () => {
    const generator = newGenerator('cuda', 5);
    const first = generator.normal(8);
    expect(generator.normal(8)).not.toEqual(first);
    expect(newGenerator('cuda', 5 + 2 ** 32).normal(8)).not.toEqual(first);
  });

  it('is normally distributed', () => {
    const samples = newGenerator('cuda', 3).normal(40_000);
    const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
    const variance = samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / samples.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });
});
