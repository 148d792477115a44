/** @file Stands in for the child that prepares a dataset: a real process that speaks the worker protocol. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const send = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const { out, source, prompt } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const files = source.shots?.map(({ file }) => file) ?? [source.folder];

if (prompt === 'no pictures') {
  const error = { code: 'input.dataset.empty', message: 'There is nothing to train on.', retryable: false };
  send({ type: 'failed', error });
  process.exit(1);
}
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'manifest.json'), JSON.stringify({ files }));
send({ type: 'progress', stage: 'dataset', done: files.length, total: files.length });
send({
  type: 'rejected',
  file: 'broken.png',
  error: { code: 'input.picture.damaged', message: 'broken.png is cut short.', retryable: false },
});
send({ type: 'prepared', manifest: join(out, 'manifest.json'), picturesPerFraming: { full: files.length } });
