/** @file The job file of the child process that prepares a dataset. */
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

test('an inspected shot has the face that was found, or null; a face is detected only where none was stored', async () => {
  const { shots, pictures, intake } = await openTestStore();
  const face = { x: 1, y: 2, width: 30, height: 40, source: 'detector', confidence: 0.5 } as const;
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    const bytes = someBytes();
    const shot = shotOf(bytes, { name });
    await intake.add(shot, bytes);
    ids.push(shot.id);
  }
  const [withFace = '', without = ''] = ids;
  shots.inspected(withFace, { width: 64, height: 64, face });
  shots.inspected(without, { width: 64, height: 64 });
  const request = { character: 'Godette', shots: ids, options: trainOptions.parse({ base }) };
  const { source } = await datasetJobFor(request, 'out', { shots, pictures });
  expect('shots' in source && source.shots.map((shot) => shot.face)).toEqual([face, null, undefined]);
});
