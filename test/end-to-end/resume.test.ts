/** @file A run that was stopped, interrupted or killed resumes as if nothing had happened, bit for bit. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { DaemonClient } from '../../src/client/daemon-client.js';
import type { JobDescription } from '../../src/protocol/job.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { readTensorBytes } from '../../src/safetensors/read.js';
import {
  CliSandbox,
  expectFailure,
  expectSuccess,
  filesBelow,
  hasSignals,
  linesOf,
  onTinyModel,
  processesWith,
  type Running,
  until,
} from './support.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const steps = 90;

/** The command that every test here gives; all draw the same captures. */
function trainCommand(sandbox: CliSandbox): string[] {
  const images = sandbox.captures('godette', 'stand_full_yaw0', 'walk_full_yaw40');
  const flags = ['--steps', `${steps}`, '--learning-rate', '1e-2', '--rank', '2', '--checkpoint-every', '10'];
  return ['train', ...onTinyModel, '--images', images, '--out', sandbox.path('run'), '--preview-every', '0', ...flags];
}

/** All numbers of a safetensors file, by tensor. */
function numbersOf(file: string): Map<string, string> {
  const opened = openSafetensors(file);
  return new Map(
    [...opened.tensors.keys()].map((name) => [name, Buffer.from(readTensorBytes(opened, name)).toString('hex')]),
  );
}

interface Outcome {
  readonly metrics: string[];
  readonly numbers: Map<string, string>[];
}

function outcomeOf(sandbox: CliSandbox): Outcome {
  const last = join('checkpoints', `step-0000${steps}`);
  const files = ['lora.safetensors', 'pytorch_lora_weights.safetensors', join(last, 'optimizer.safetensors')];
  return {
    metrics: linesOf(sandbox.path('run', 'metrics.jsonl')),
    numbers: files.map((file) => numbersOf(sandbox.path('run', file))),
  };
}

async function onlyJob(sandbox: CliSandbox): Promise<JobDescription> {
  const [job, ...others] = await sandbox.json<JobDescription[]>('runs', 'list');
  expect(others).toEqual([]);
  if (job === undefined) throw new Error('There is no job.');
  return job;
}

function newestCheckpoint(sandbox: CliSandbox): string {
  const names = readdirSync(sandbox.path('run', 'checkpoints')).sort();
  return sandbox.path('run', 'checkpoints', names.at(-1) ?? '');
}

/** The id of the process that trains, once there is one. */
async function engineOf(sandbox: CliSandbox): Promise<number> {
  let engine = 0;
  await until(async () => {
    [engine = 0] = await processesWith(sandbox.path('run', 'engine-job.json'));
    return engine !== 0;
  });
  return engine;
}

/**
 * Suspends the engine at a step until the command that `act` starts has requested the job to stop: a small model trains faster
 * than programs start.
 */
async function whileEngineSleeps(
  sandbox: CliSandbox,
  train: Running,
  step: number,
  act: () => Running,
): Promise<Running> {
  // Looked up before the step is reached: listing processes takes longer than the steps that are left.
  const engine = await engineOf(sandbox);
  await train.reaches(step, sandbox.path('run'));
  process.kill(engine, 'SIGSTOP');
  const client = await DaemonClient.connect({ home: sandbox.home, name: 'test' });
  const stopping = new Promise<void>((resolve) => {
    client.on('event', (event) => {
      if (event.type === 'job.changed' && event.state === 'stopping') resolve();
    });
  });
  const running = act();
  await stopping;
  process.kill(engine, 'SIGCONT');
  await client.close();
  return running;
}

let straight: Outcome;
beforeAll(async () => {
  const sandbox = new CliSandbox();
  expectSuccess(await sandbox.run(...trainCommand(sandbox)));
  straight = outcomeOf(sandbox);
  expect(straight.metrics.length).toBe(steps);
  return () => sandbox.close();
});

describe.runIf(hasSignals)('resumes bit for bit', () => {
  test('after Ctrl-C, and after a kill -9 of the command that hosts everything', async () => {
    const sandbox = CliSandbox.open();
    const interrupted = sandbox.start(...trainCommand(sandbox));
    await interrupted.reaches(13, sandbox.path('run'));
    interrupted.child.kill('SIGINT');
    const stopped = await interrupted.ended;
    const { id, state, step } = await onlyJob(sandbox);
    expect(stopped).toMatchObject({ status: 130, stdout: '' });
    expect(stopped.stderr).toContain(
      `Stopped at step ${step} of ${steps}. The checkpoint is ${newestCheckpoint(sandbox)}.`,
    );
    expect(stopped.stderr).toContain(`train --resume ${id}`);
    expect(stopped.stderr).not.toContain('error');
    expect(state).toBe('cancelled');
    expect(step).toBeGreaterThanOrEqual(13);
    // What was learnt since the last regular checkpoint is kept.
    expect(basename(newestCheckpoint(sandbox))).toBe(`step-0000${step}`);

    const killed = sandbox.start('train', '--resume', 'last');
    await killed.reaches(25, sandbox.path('run'));
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toMatchObject({ status: null, signal: 'SIGKILL' });
    expect((await onlyJob(sandbox)).state).toBe('interrupted');

    expectSuccess(await sandbox.run('train', '--resume', id.slice(0, 8)));
    expect(outcomeOf(sandbox)).toEqual(straight);
    expect(filesBelow(sandbox.path('run')).filter((file) => file.includes('.tmp'))).toEqual([]);
    expectFailure(await sandbox.run('train', '--resume', id), 'state.job.final', id);
  });

  test('after its terminal was closed, which every process in it receives', async () => {
    const sandbox = CliSandbox.open();
    const closed = sandbox.start(...trainCommand(sandbox));
    const engine = await engineOf(sandbox);
    await closed.reaches(13, sandbox.path('run'));
    // The kernel signals all of them, and a shell its jobs again.
    for (const pid of [engine, closed.child.pid, closed.child.pid]) if (pid !== undefined) process.kill(pid, 'SIGHUP');
    const { status, stderr } = await closed.ended;
    const { id, step = 0 } = await onlyJob(sandbox);
    expect({ status, stderr }).toEqual({ status: 129, stderr: expect.stringContaining(`train --resume ${id}`) });
    expect(basename(newestCheckpoint(sandbox))).toBe(`step-0000${step}`);
    expect(step).toBeGreaterThanOrEqual(13);

    expectSuccess(await sandbox.run('train', '--resume', id));
    expect(outcomeOf(sandbox)).toEqual(straight);
  });

  test('after a kill -9 of the engine, from a checkpoint that was written for its time', async () => {
    const sandbox = CliSandbox.open();
    const rarely = trainCommand(sandbox).map((argument, index, all) =>
      all[index - 1] === '--checkpoint-every' ? '1000' : argument,
    );
    const killed = sandbox.start(...rarely, '--checkpoint-minutes', '0.00001');
    const engine = await engineOf(sandbox);
    await killed.reaches(13, sandbox.path('run'));
    process.kill(engine, 'SIGKILL');
    expectFailure(await killed.ended, 'trainer.crashed', 'resume');
    const { id } = await onlyJob(sandbox);
    // Each replaces the one before; the newest two are there if it was killed in between.
    const left = readdirSync(sandbox.path('run', 'checkpoints')).filter((name) => !name.includes('.tmp'));
    expect(left.length).toBeLessThanOrEqual(2);
    expect(Number(left.at(-1)?.replace('step-', ''))).toBeGreaterThanOrEqual(12);

    expectSuccess(await sandbox.run('train', '--resume', id));
    expect(outcomeOf(sandbox)).toEqual(straight);
    // Those of the process that was killed stay.
    expect(readdirSync(sandbox.path('run', 'checkpoints'))).toEqual([...left, `step-0000${steps}`]);
  });

  test('after `lora-bridge stop`, and after the end of the daemon', async () => {
    const sandbox = CliSandbox.open();
    const daemon = await sandbox.daemon();
    const stopped = sandbox.start(...trainCommand(sandbox));
    const stop = await whileEngineSleeps(sandbox, stopped, 13, () => sandbox.start('stop', '--json'));
    const { id, state } = JSON.parse((await stop.ended).stdout) as JobDescription;
    expect(state).toBe('cancelled');
    expectFailure(await stopped.ended, 'state.job.stopped', `train --resume ${id}`);

    const abandoned = sandbox.start('train', '--resume', id);
    const end = await whileEngineSleeps(sandbox, abandoned, 25, () => sandbox.start('daemon', 'stop'));
    expectSuccess(await end.ended);
    expectFailure(await abandoned.ended, 'state.job.stopped', 'interrupted', `train --resume ${id}`);
    expectSuccess(await daemon.ended);
    expect((await onlyJob(sandbox)).state).toBe('interrupted');

    expectSuccess(await sandbox.run('train', '--resume', id));
    expect(outcomeOf(sandbox)).toEqual(straight);
  });

  test('from the checkpoint before a damaged one, once that is deleted', async () => {
    const sandbox = CliSandbox.open();
    const interrupted = sandbox.start(...trainCommand(sandbox));
    await interrupted.reaches(13, sandbox.path('run'));
    interrupted.child.kill('SIGINT');
    await interrupted.ended;
    const { id } = await onlyJob(sandbox);
    const checkpoint = newestCheckpoint(sandbox);
    for (const file of ['lora.safetensors', 'optimizer.safetensors', 'state.json']) {
      const path = join(checkpoint, file);
      const bytes = readFileSync(path);
      const flipped = Buffer.from(bytes);
      // A low bit of a digit or of a value: still a valid file.
      const at = file === 'state.json' ? flipped.indexOf('"step": 1') + 9 : flipped.length - 5;
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      writeFileSync(path, flipped);
      expectFailure(await sandbox.run('train', '--resume', id), 'input.checkpoint.broken', `${file} was changed`);
      truncateSync(path, bytes.length - 100);
      expectFailure(
        await sandbox.run('train', '--resume', id),
        'input.checkpoint.broken',
        checkpoint,
        'Delete that folder',
      );
      writeFileSync(path, bytes);
    }
    expect((await onlyJob(sandbox)).state).toBe('failed');

    rmSync(checkpoint, { recursive: true });
    expectSuccess(await sandbox.run('train', '--resume', id));
    expect(outcomeOf(sandbox)).toEqual(straight);
  });

  test('only with the options it was begun with', async () => {
    const sandbox = CliSandbox.open();
    const interrupted = sandbox.start(...trainCommand(sandbox));
    await interrupted.reaches(10, sandbox.path('run'));
    interrupted.child.kill('SIGINT');
    await interrupted.ended;
    const { id } = await onlyJob(sandbox);
    expectFailure(await sandbox.run('train', '--resume', id, '--rank', '8'), 'input.option.invalid', '--rank');

    // A program that speaks to the engine itself can ask for anything.
    const job = JSON.parse(readFileSync(sandbox.path('run', 'engine-job.json'), 'utf8'));
    job.resume = newestCheckpoint(sandbox);
    job.options.learningRate = 0.5;
    writeFileSync(sandbox.path('job.json'), JSON.stringify(job));
    const engine = fileURLToPath(new URL('../../dist/engines/native/main.js', import.meta.url));
    const child = spawn(process.execPath, [engine, sandbox.path('job.json')], { stdio: ['pipe', 'pipe', 'inherit'] });
    const event = JSON.parse(await text(child.stdout));
    expect(event).toMatchObject({ type: 'failed', error: { code: 'input.checkpoint.mismatch', file: job.resume } });
    expect(event.error.message).toContain('learningRate');
  });
});
