/** @file What the child that prepares a dataset is told. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { datasetJobFor } from '../../src/jobs/dataset-job.js';
import { trainOptions } from '../../src/protocol/train-options.js';
import { openTestStore, shotOf, someBytes } from '../store/support.js';

const base = fileURLToPath(new URL('../goldens/text-to-image/model', import.meta.url));

test('shots stand in one order, in whatever order they arrived', async () => {
  const { shots, pictures, intake } = await openTestStore();
  const uploads = ['walk', 'stand', 'sit', 'stand'].map((name) => {
    const bytes = someBytes();
    return { bytes, shot: shotOf(bytes, { name }) };
  });
  await Promise.all(uploads.map(({ bytes, shot }) => intake.add(shot, bytes)));
  const ids = uploads.map(({ shot }) => shot.id);
  const options = trainOptions.parse({ base });
  const sourceOf = async (order: string[]) => {
    const request = { character: 'Godette', shots: order, options };
    return (await datasetJobFor(request, 'out', { shots, pictures })).source;
  };
  const source = await sourceOf(ids);
  expect('shots' in source && source.shots.map(({ name }) => name)).toEqual(['sit', 'stand', 'stand', 'walk']);
  expect(await sourceOf(ids.toReversed())).toEqual(source);
});
