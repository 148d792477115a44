/** @file The daemon and the commands that speak to it: status, stop, runs, doctor; what it survives. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import type { Descriptor } from '../../src/protocol/descriptor.js';
import type { JobDescription } from '../../src/protocol/job.js';
import { CliSandbox, expectFailure, expectSuccess, hasSignals, onTinyModel, processesWith } from './support.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const quick = ['--framings', 'full', '--rank', '1', '--preview-every', '0'];

test('one daemon per data folder; a second one names it; it ends cleanly', async () => {
  const sandbox = CliSandbox.open();
  expect(expectSuccess(await sandbox.run('status'))).toContain('no daemon is running');
  expect(await sandbox.json('status')).toEqual({ running: false, characters: [], jobs: [] });
  expect(expectSuccess(await sandbox.run('runs', 'list'))).toBe('no runs\n');
  const daemon = await sandbox.daemon();
  const descriptor = sandbox.path('home', 'daemon.json');
  const { url, pid } = JSON.parse(readFileSync(descriptor, 'utf8')) as Descriptor;
  expect(pid).toBe(daemon.child.pid);
  if (hasSignals) expect(statSync(descriptor).mode & 0o777).toBe(0o600);
  expectFailure(
    await sandbox.run('daemon'),
    'state.daemon.running',
    `process ${pid}`,
    url,
    '`lora-bridge daemon stop`',
  );

  expect(await sandbox.json('status')).toEqual({ running: true, characters: [], jobs: [] });
  expectFailure(await sandbox.run('stop'), 'state.job.none', '`lora-bridge runs list`');
  expectFailure(await sandbox.run('stop', 'yesterday'), 'state.job.unknown', 'yesterday');
  const { findings } = JSON.parse((await sandbox.run('doctor', '--json')).stdout) as {
    readonly findings: { readonly name: string; readonly detail: string }[];
  };
  expect(findings.find(({ name }) => name === 'daemon')?.detail).toBe(`${url}, process ${pid}`);
  expect(findings.map(({ name }) => name)).toContain('device cpu');

  expectSuccess(await sandbox.run('daemon', 'stop'));
  expectSuccess(await daemon.ended);
  expect(existsSync(descriptor)).toBe(false);
  expectFailure(await sandbox.run('daemon', 'stop'), 'state.daemon.absent');
});

test('ends by itself when idle, but not while a job runs', async () => {
  const sandbox = CliSandbox.open();
  const daemon = await sandbox.daemon('--idle-exit', '0.5');
  const images = sandbox.captures('godette', 'stand_full_yaw0');
  const trained = sandbox.run('train', ...onTinyModel, '--images', images, '--steps', '30', ...quick);
  expectSuccess(await trained);
  expectSuccess(await daemon.ended);
  expectFailure(await sandbox.run('daemon', '--idle-exit', 'soon'), 'input.option.invalid', '--idle-exit', 'soon');
});

test.runIf(hasSignals)(
  'a trainer that is killed fails its job only; the next one runs; runs can be removed',
  async () => {
    const sandbox = CliSandbox.open();
    const daemon = await sandbox.daemon();
    const images = sandbox.captures('godette', 'stand_full_yaw0');
    const flags = ['--images', images, ...quick, '--checkpoint-every', '5'];
    const killed = sandbox.start('train', ...onTinyModel, ...flags, '--steps', '1000', '--out', sandbox.path('run'));
    await killed.reaches(6, sandbox.path('run'));
    const waiting = sandbox.start('train', ...onTinyModel, ...flags, '--steps', '4');
    await waiting.says(/^job /m);
    const [running, queued] = (await sandbox.json<{ jobs: JobDescription[] }>('status')).jobs.toReversed();
    expect([running?.state, queued?.state]).toEqual(['running', 'queued']);
    expectFailure(await sandbox.run('runs', 'remove', running?.id ?? ''), 'state.job.active', running?.id ?? '');

    const [engine = 0] = await processesWith(sandbox.path('run', 'engine-job.json'));
    process.kill(engine, 'SIGKILL');
    expectFailure(await killed.ended, 'trainer.crashed', 'SIGKILL', 'resume');
    expectSuccess(await waiting.ended);
    const jobs = await sandbox.json<JobDescription[]>('runs', 'list');
    expect(jobs.map(({ state }) => state).sort()).toEqual(['failed', 'succeeded']);
    expect(existsSync(sandbox.path('run', 'checkpoints', 'step-000005', 'state.json'))).toBe(true);
    expect(existsSync(sandbox.path('run', 'lora.safetensors'))).toBe(false);

    expectSuccess(await sandbox.run('runs', 'remove', ...jobs.map(({ id }) => id)));
    expect(await sandbox.json('runs', 'list')).toEqual([]);
    // A folder that the user chose is the user's; the other one is gone.
    expect(jobs.map(({ out }) => existsSync(out ?? '')).sort()).toEqual([false, true]);
    expectFailure(await sandbox.run('runs', 'remove', jobs[0]?.id ?? ''), 'state.job.unknown', jobs[0]?.id ?? '');
    daemon.child.kill('SIGTERM');
    expectSuccess(await daemon.ended);
  },
);
