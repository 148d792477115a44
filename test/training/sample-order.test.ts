import { expect, test } from 'vitest';
import { SampleOrder } from '../../src/training/sample-order.js';

const options = { seed: 7, pictures: 5, variants: 3, timesteps: 1000 };
const samples = (count: number, changed: Partial<typeof options> = {}) => {
  const order = new SampleOrder({ ...options, ...changed });
  return Array.from({ length: count }, (_, index) => order.at(index));
};

test('every picture comes once an epoch, and epochs differ in order', () => {
  const epochs = Array.from({ length: 20 }, (_, epoch) =>
    samples(100)
      .slice(5 * epoch, 5 * epoch + 5)
      .map((sample) => sample.picture),
  );
  for (const epoch of epochs) expect([...epoch].sort()).toEqual([0, 1, 2, 3, 4]);
  expect(new Set(epochs.map(String)).size).toBeGreaterThan(10);
});

test('a picture that repeats comes as often in each epoch', () => {
  const order = new SampleOrder({ ...options, pictures: 3, repeats: [1, 3, 2] });
  for (let epoch = 0; epoch < 10; epoch++) {
    const pictures = Array.from({ length: 6 }, (_, index) => order.at(6 * epoch + index).picture);
    expect(pictures.sort()).toEqual([0, 1, 1, 1, 2, 2]);
  }
});

test('a sample depends on its index alone, so that a resumed run repeats nothing and skips nothing', () => {
  const whole = samples(60);
  const resumed = new SampleOrder(options);
  expect(Array.from({ length: 23 }, (_, index) => resumed.at(37 + index))).toEqual(whole.slice(37));
});

test('another seed gives other timesteps and noise', () => {
  const other = samples(40, { seed: 8 });
  const same = samples(40).filter((sample, index) => sample.timestep === other[index]?.timestep);
  expect(same.length).toBeLessThan(4);
  expect(new Set([...samples(40), ...other].map((sample) => sample.noiseSeed)).size).toBe(80);
});

test('timesteps are spread evenly over the schedule', () => {
  const timesteps = samples(5000).map((sample) => sample.timestep);
  expect(Math.min(...timesteps)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...timesteps)).toBeLessThan(1000);
  // 500 are expected in each tenth, with a standard deviation of 21.
  for (let tenth = 0; tenth < 10; tenth++) {
    const count = timesteps.filter((timestep) => Math.floor(timestep / 100) === tenth).length;
    expect(Math.abs(count - 500)).toBeLessThan(5 * 21);
  }
});

test('a picture goes through all its variants, and a long run redraws them one by one', () => {
  const visits = samples(5 * 30).filter((sample) => sample.picture === 0);
  expect(visits.slice(0, 12).map((sample) => sample.variant)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
  expect(visits.slice(12, 15).map((sample) => [sample.variant, sample.replaces])).toEqual([
    [3, 0],
    [4, 1],
    [5, 2],
  ]);
});

test('a pool of one variant is never redrawn', () => {
  expect(new Set(samples(400, { variants: 1 }).map((sample) => sample.variant))).toEqual(new Set([0]));
});
