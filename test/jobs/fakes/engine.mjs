/**
 * @file Stands in for an engine: a real process that speaks the worker protocol and writes the files of a run, without
 * learning anything. The prompt says how it behaves: `crash`, `die`, `deaf` (does not stop), `slow` (until stopped),
 * `break on cuda`, `break on cpu` (as native code does).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const send = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const { run, out, options, resume } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { steps, prompt } = options;
let stopped = false;
const stop = () => {
  stopped = prompt !== 'deaf';
};
process.stdin.on('data', stop).on('end', stop);

function checkpoint(step) {
  const folder = join(out, 'checkpoints', `step-${String(step).padStart(6, '0')}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'state.json'), JSON.stringify({ step, run }));
  send({ type: 'checkpoint', step, folder });
  return folder;
}

const first = resume === undefined ? 0 : Number(basename(resume).slice('step-'.length));
const device = prompt.endsWith('cuda') ? 'cuda' : 'cpu';
send({ type: 'started', device, parameters: 1, resolution: 128, step: first, steps });
process.stdout.write('a line of some native library\n');
for (let step = first + 1; step <= steps; step++) {
  const rest = { loss: 1 / step, gradientNorm: 1, learningRate: 1e-4, stepsPerSecond: 100, etaSeconds: 1 };
  send({ type: 'step', step, steps, ...rest });
  if (step % options.checkpointEvery === 0) checkpoint(step);
  if (options.previewEvery > 0 && step % options.previewEvery === 0) {
    mkdirSync(join(out, 'samples'), { recursive: true });
    const file = join(out, 'samples', `step-${String(step).padStart(6, '0')}.jpg`);
    writeFileSync(file, `preview ${step}`);
    send({ type: 'preview', step, file, prompt, seed: 1024 });
  }
  if (prompt === 'crash' && step === 3) {
    process.stderr.write('out of luck\n');
    process.exit(3);
  }
  if (prompt.startsWith('break') && step === 3) process.abort();
  if (prompt === 'die' && step === 3) process.kill(process.pid, 'SIGKILL');
  await delay(prompt === 'slow' || prompt === 'deaf' ? 20 : 1);
  if (stopped) {
    send({ type: 'stopped', step, checkpoint: checkpoint(step) });
    process.exit(0);
  }
}
const file = join(out, 'lora.safetensors');
writeFileSync(file, 'weights');
send({ type: 'finished', files: [file], loss: { first: 1, last: 0.5 }, samplesPerFraming: { full: steps } });
process.stdin.destroy();
