/** @file A run that was stopped, interrupted or killed goes on as if nothing had happened, bit for bit. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { DaemonClient } from '../../src/daemon/client.js';
import type { JobDescription } from '../../src/protocol/job.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { readTensorBytes } from '../../src/safetensors/read.js';
import {
  Desk,
  expectFailure,
  expectSuccess,
  filesBelow,
  hasSignals,
  linesOf,
  onTinyModel,
  processesWith,
  type Running,
} from './support.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const steps = 40;

/** The command that every test here gives; all draw the same captures. */
function trainCommand(desk: Desk): string[] {
  const images = desk.captures('godette', 'stand_full_yaw0', 'walk_full_yaw40');
  const flags = ['--steps', `${steps}`, '--learning-rate', '1e-2', '--rank', '2', '--checkpoint-every', '10'];
  return ['train', ...onTinyModel, '--images', images, '--out', desk.path('run'), '--preview-every', '0', ...flags];
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

function outcomeOf(desk: Desk): Outcome {
  const last = join('checkpoints', `step-0000${steps}`);
  const files = ['lora.safetensors', 'pytorch_lora_weights.safetensors', join(last, 'optimizer.safetensors')];
  return {
    metrics: linesOf(desk.path('run', 'metrics.jsonl')),
    numbers: files.map((file) => numbersOf(desk.path('run', file))),
  };
}

async function onlyJob(desk: Desk): Promise<JobDescription> {
  const [job, ...others] = await desk.json<JobDescription[]>('runs', 'list');
  expect(others).toEqual([]);
  if (job === undefined) throw new Error('There is no job.');
  return job;
}

function newestCheckpoint(desk: Desk): string {
  const names = readdirSync(desk.path('run', 'checkpoints')).sort();
  return desk.path('run', 'checkpoints', names.at(-1) ?? '');
}

/** Holds the engine still until what `act` starts has asked the job to stop: a small model trains faster than programs start. */
async function whileEngineSleeps(desk: Desk, act: () => Running): Promise<Running> {
  const [engine = 0] = await processesWith(desk.path('run', 'engine-job.json'));
  const client = await DaemonClient.connect({ home: desk.home, name: 'test' });
  process.kill(engine, 'SIGSTOP');
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
  const desk = new Desk();
  expectSuccess(await desk.run(...trainCommand(desk)));
  straight = outcomeOf(desk);
  expect(straight.metrics.length).toBe(steps);
  return () => desk.close();
});

describe.runIf(hasSignals)('goes on bit for bit', () => {
  test('after Ctrl-C, and after a kill -9 of the command that hosts everything', async () => {
    const desk = Desk.open();
    const interrupted = desk.start(...trainCommand(desk));
    await interrupted.reaches(13, desk.path('run'));
    interrupted.child.kill('SIGINT');
    const stopped = await interrupted.ended;
    const { id, state, step } = await onlyJob(desk);
    expectFailure(stopped, 'state.job.stopped', `stopped at step ${step} of ${steps}`, `train --resume ${id}`);
    expect(state).toBe('cancelled');
    expect(step).toBeGreaterThanOrEqual(13);
    // What was learnt since the last regular checkpoint is kept.
    expect(basename(newestCheckpoint(desk))).toBe(`step-0000${step}`);

    const killed = desk.start('train', '--resume', id);
    await killed.reaches(25, desk.path('run'));
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toMatchObject({ status: null, signal: 'SIGKILL' });
    expect((await onlyJob(desk)).state).toBe('interrupted');

    expectSuccess(await desk.run('train', '--resume', id));
    expect(outcomeOf(desk)).toEqual(straight);
    expect(filesBelow(desk.path('run')).filter((file) => file.includes('.tmp'))).toEqual([]);
    expectFailure(await desk.run('train', '--resume', id), 'state.job.final', id);
  });

  test('after `lora-bridge stop`, and after the end of the daemon', async () => {
    const desk = Desk.open();
    const daemon = await desk.daemon();
    const stopped = desk.start(...trainCommand(desk));
    await stopped.reaches(13, desk.path('run'));
    const stop = await whileEngineSleeps(desk, () => desk.start('stop', '--json'));
    const { id, state } = JSON.parse((await stop.ended).stdout) as JobDescription;
    expect(state).toBe('cancelled');
    expectFailure(await stopped.ended, 'state.job.stopped', `train --resume ${id}`);

    const abandoned = desk.start('train', '--resume', id);
    await abandoned.reaches(25, desk.path('run'));
    const end = await whileEngineSleeps(desk, () => desk.start('daemon', 'stop'));
    expectSuccess(await end.ended);
    expectFailure(await abandoned.ended, 'state.job.stopped', 'interrupted', `train --resume ${id}`);
    expectSuccess(await daemon.ended);
    expect((await onlyJob(desk)).state).toBe('interrupted');

    expectSuccess(await desk.run('train', '--resume', id));
    expect(outcomeOf(desk)).toEqual(straight);
  });

  test('from the checkpoint before a damaged one, once that is deleted', async () => {
    const desk = Desk.open();
    const interrupted = desk.start(...trainCommand(desk));
    await interrupted.reaches(13, desk.path('run'));
    interrupted.child.kill('SIGINT');
    await interrupted.ended;
    const { id } = await onlyJob(desk);
    const checkpoint = newestCheckpoint(desk);
    for (const file of ['lora.safetensors', 'optimizer.safetensors', 'state.json']) {
      const path = join(checkpoint, file);
      const bytes = readFileSync(path);
      truncateSync(path, bytes.length - 100);
      expectFailure(
        await desk.run('train', '--resume', id),
        'input.checkpoint.broken',
        checkpoint,
        'Delete that folder',
      );
      writeFileSync(path, bytes);
    }
    expect((await onlyJob(desk)).state).toBe('failed');

    rmSync(checkpoint, { recursive: true });
    expectSuccess(await desk.run('train', '--resume', id));
    expect(outcomeOf(desk)).toEqual(straight);
  });

  test('only with the options it was begun with', async () => {
    const desk = Desk.open();
    const interrupted = desk.start(...trainCommand(desk));
    await interrupted.reaches(10, desk.path('run'));
    interrupted.child.kill('SIGINT');
    await interrupted.ended;
    const { id } = await onlyJob(desk);
    expectFailure(await desk.run('train', '--resume', id, '--rank', '8'), 'input.option.invalid', '--rank');

    // A program that speaks to the engine itself can ask for anything.
    const job = JSON.parse(readFileSync(desk.path('run', 'engine-job.json'), 'utf8'));
    job.resume = newestCheckpoint(desk);
    job.options.learningRate = 0.5;
    writeFileSync(desk.path('job.json'), JSON.stringify(job));
    const engine = fileURLToPath(new URL('../../dist/engines/native/main.js', import.meta.url));
    const child = spawn(process.execPath, [engine, desk.path('job.json')], { stdio: ['pipe', 'pipe', 'inherit'] });
    const event = JSON.parse(await text(child.stdout));
    expect(event).toMatchObject({ type: 'failed', error: { code: 'input.checkpoint.mismatch', file: job.resume } });
    expect(event.error.message).toContain('learningRate');
  });
});
