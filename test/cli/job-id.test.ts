/** @file Which job a person means. */
import { expect, test } from 'vitest';
import { findJob, type JobLister } from '../../src/cli/job-id.js';

const jobs = [
  { id: 'ab12cd34-0000-4000-8000-000000000003', character: 'rin' },
  { id: 'ab12ef56-0000-4000-8000-000000000002', character: 'mina' },
  { id: 'ff000000-0000-4000-8000-000000000001', character: 'mina' },
];
const client: JobLister = { listJobs: async () => jobs };

test.each([
  ['last', jobs[0]],
  ['mina', jobs[1]],
  ['ab12e', jobs[1]],
  ['FF00', jobs[2]],
  [jobs[2]?.id ?? '', jobs[2]],
])('%s', async (text, job) => {
  expect(await findJob(client, text)).toBe(job?.id);
});

test('nobody, too little, and more than one', async () => {
  for (const text of ['miku', 'ff', ''])
    await expect(findJob(client, text)).rejects.toMatchObject({ code: 'state.job.unknown' });
  await expect(findJob(client, 'ab12')).rejects.toMatchObject({
    code: 'input.option.invalid',
    hint: expect.stringContaining(jobs[1]?.id ?? ''),
  });
});
