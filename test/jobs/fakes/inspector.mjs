/** @file A fake of the child process that inspects shots. Bytes that begin with `crash`, `hang` or `leave` make it do so. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

process.on('message', ({ file, regions }) => {
  const text = readFileSync(file, 'latin1');
  if (text.startsWith('crash')) process.abort();
  if (text.startsWith('hang')) return;
  // So many times, counted by files next to the image.
  const [, times, how] = /^(once|thrice): (crash|kill)/.exec(text) ?? [];
  const failures = Array.from({ length: times === 'once' ? 1 : 3 }, (_, n) => `${file}.${n}`);
  const next = times && failures.find((failure) => !existsSync(failure));
  if (next) {
    writeFileSync(next, '');
    process.kill(process.pid, how === 'kill' ? 'SIGKILL' : 'SIGABRT');
    return;
  }
  const { confidence = 0.5, ...head } = regions?.head ?? { x: 1, y: 2, width: 3, height: 4 };
  const source = regions?.head === undefined ? 'silhouette' : 'region';
  if (text.startsWith('leave')) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
  process.send({ width: 64, height: 64, face: { ...head, source, confidence } });
});

process.send('ready');
