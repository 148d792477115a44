/** @file What goes wrong with Python, its environment and its disk ends in a clear state, and nothing acknowledged is lost. */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobDescription } from '../../../src/protocol/job.js';
import {
  CliSandbox,
  expectFailure,
  expectSuccess,
  filesBelow,
  hasSignals,
  processesWith,
  tinyModel,
  until,
} from '../../end-to-end/support.js';
import { mountSmallDisk } from '../../small-disk.js';
import { engineOnCpu, enginePython, runEngine, Workshop } from './support.js';

let workshop: Workshop;
beforeAll(() => {
  workshop = Workshop.open();
});
afterAll(() => workshop.close());

/** An environment with the packages of the real one, but for modules that are replaced by a line of Python. */
function environmentWith(name: string, modules: Readonly<Record<string, string>>): string {
  const folder = workshop.path(name);
  execFileSync(enginePython(), ['-m', 'venv', '--without-pip', folder]);
  const lib = join(folder, 'lib');
  const site =
    process.platform === 'win32'
      ? join(folder, 'Lib', 'site-packages')
      : join(lib, readdirSync(lib)[0] ?? '', 'site-packages');
  const real = execFileSync(enginePython(), ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']);
  writeFileSync(join(site, 'real.pth'), `${real.toString().trim()}\n`);
  for (const [module, text] of Object.entries(modules)) {
    mkdirSync(join(site, module));
    writeFileSync(join(site, module, '__init__.py'), `${text}\n`);
  }
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

describe('the environment', () => {
  const hanging = 'import time; time.sleep(3600)';

  test('an import that hangs is stopped at once, and has an end by itself', async () => {
    const python = environmentWith('hanging', { torch: hanging });
    const program = engineOnCpu('diffusers', { python });
    const stopped = await runEngine(program, workshop.job('hanging-stop'), (event, running) => {
      if (event.type === 'progress' && event.done === 1) running.stop();
    });
    expect(stopped).toMatchObject({ status: 0, events: [{ done: 0 }, { done: 1 }, { type: 'stopped', step: 0 }] });
    const hasty = { ...program, arguments: [...program.arguments, '--timeout', '1'] };
    const { events, status } = await runEngine(hasty, workshop.job('hanging-end'));
    expect(status).toBe(1);
    expect(events.at(-1)).toMatchObject({
      type: 'failed',
      error: { code: 'resource.engine.broken', hint: expect.stringContaining('engine update diffusers') },
    });
  });

  test('a job is checked, and its first event sent, before torch is imported', async () => {
    const program = engineOnCpu('diffusers', { python: environmentWith('never', { torch: hanging }) });
    const job = workshop.job('never', {}, { options: { learningRate: -1 } });
    const { events, status } = await runEngine(program, job);
    expect(status).toBe(1);
    expect(events).toMatchObject([
      { type: 'progress', stage: 'loading', done: 0 },
      { type: 'failed', error: { code: 'input.option.invalid', message: expect.stringContaining('learningRate') } },
    ]);
  });

  test.each<[string, Record<string, string>]>([
    ['a module that was emptied', { peft: '' }],
    ['a library that is gone', { torch: 'raise ImportError("libtorch.so: cannot open shared object file")' }],
    ['a version that does not fit', { accelerate: 'raise ImportError("accelerate requires torch>=9 but found 1")' }],
  ])('%s is a broken engine, with a remedy', async (name, modules) => {
    const python = environmentWith(`broken ${name.replaceAll(' ', '-')}`, modules);
    const { events, status, log } = await runEngine(engineOnCpu('diffusers', { python }), workshop.job('broken-job'));
    expect(status).toBe(1);
    const error = { code: 'resource.engine.broken', hint: expect.stringContaining('engine update diffusers') };
    expect(events.at(-1)).toMatchObject({ type: 'failed', error });
    // The log has what a developer needs.
    expect(log).toContain('Traceback');
  });

  test('a device without enough memory', async () => {
    const text = 'raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")';
    const python = environmentWith('small memory', { accelerate: text });
    const { events } = await runEngine(engineOnCpu('diffusers', { python }), workshop.job('small-memory'));
    const error = { code: 'resource.memory.exhausted', hint: expect.stringContaining('--resolution') };
    expect(events.at(-1)).toMatchObject({ type: 'failed', error });
  });
});

/** Writes until nothing more fits. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  for (let size = 65536; size >= 1; ) {
    try {
      writeSync(descriptor, Buffer.alloc(size));
    } catch {
      size = Math.floor(size / 2);
    }
  }
  closeSync(descriptor);
}

test('a disk that runs full in a checkpoint keeps the one before, from which the run is resumed', async ({ skip }) => {
  const why = mountSmallDisk(workshop.path('small'));
  if (why !== undefined) skip(why);
  const out = workshop.path('small', 'run');
  const program = engineOnCpu('diffusers');
  const full = await runEngine(
    program,
    workshop.job('small/run', { steps: 60, checkpointEvery: 20, rank: 16 }),
    (event) => {
      if (event.type === 'checkpoint' && event.step === 20) fill(workshop.path('small', 'filler'));
    },
  );
  expect(full.status).toBe(1);
  expect(full.events.at(-1)).toMatchObject({
    type: 'failed',
    error: { code: 'resource.disk.full', retryable: true, file: expect.stringContaining(out) },
  });
  expect(filesBelow(join(out, 'checkpoints')).map((file) => file.split('/')[0])).toEqual(Array(3).fill('step-000020'));
  rmSync(workshop.path('small', 'filler'));
  const resume = join(out, 'checkpoints', 'step-000020');
  const again = await runEngine(
    program,
    workshop.job('small/run', { steps: 60, checkpointEvery: 20, rank: 16 }, { resume }),
  );
  expect(again.events.at(-1)).toMatchObject({ type: 'finished' });
  expect(workshop.lines('small', 'run', 'metrics.jsonl').map(({ step }) => step)).toEqual(
    Array.from({ length: 60 }, (_, index) => index + 1),
  );
});

describe.runIf(hasSignals)('through the daemon', () => {
  const flags = (sandbox: CliSandbox) => [
    ...['train', '--engine', 'diffusers', '--base', tinyModel, '--device', 'cpu', '--threads', '1', '--rank', '2'],
    ...['--images', sandbox.captures('godette', 'stand_full_yaw0'), '--out', sandbox.path('run'), '--steps', '400'],
    ...['--learning-rate', '1e-3', '--preview-every', '0', '--checkpoint-every', '10'],
  ];

  test('SIGKILL of Python, then of the daemon: each time the job can be resumed, and nothing is left running', async () => {
    const sandbox = CliSandbox.open();
    const first = sandbox.start(...flags(sandbox));
    await first.reaches(12, sandbox.path('run'));
    const [python] = await processesWith('main.py', sandbox.path('run', 'engine-job.json'));
    process.kill(python ?? Number.NaN, 'SIGKILL');
    expectFailure(await first.ended, 'trainer.crashed', 'SIGKILL');
    await until(async () => (await processesWith(sandbox.path('run', 'engine-job.json'))).length === 0);
    const [job] = await sandbox.json<JobDescription[]>('runs', 'list');
    expect(job).toMatchObject({ state: 'failed', resumable: true });

    const second = sandbox.start('train', '--resume', job?.id ?? '');
    await second.reaches(25, sandbox.path('run'));
    second.child.kill('SIGKILL');
    await second.ended;
    // Python has lost its parent: it keeps a checkpoint and ends.
    await until(async () => (await processesWith(sandbox.path('run', 'engine-job.json'))).length === 0);
    const kept = Math.max(...readdirSync(sandbox.path('run', 'checkpoints')).map((name) => Number(name.slice(5))));
    expect(kept).toBeGreaterThanOrEqual(25);
    const [interrupted] = await sandbox.json<JobDescription[]>('runs', 'list');
    expect(interrupted).toMatchObject({ state: 'interrupted', resumable: true });

    expectSuccess(await sandbox.run('train', '--resume', job?.id ?? ''));
    expect(existsSync(sandbox.path('run', 'lora.safetensors'))).toBe(true);
    expect(workshop.lines(sandbox.path('run', 'metrics.jsonl')).map(({ step }) => step)).toEqual(
      Array.from({ length: 400 }, (_, index) => index + 1),
    );
  });
});
