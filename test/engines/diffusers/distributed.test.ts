/** @file Several processes that train together, on the CPU over gloo: what many GPUs do, through the same `accelerate launch`. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorkerEvent } from '../../../src/worker/events.js';
import { hasSignals, processesWith, until } from '../../end-to-end/support.js';
import { engineOnCpu, relativeDifference, runEngine, Workshop } from './support.js';

/** The order in which numbers are summed differs. */
const rounding = 1e-4;

let workshop: Workshop;
beforeAll(async () => {
  workshop = Workshop.open();
  await runEngine(engineOnCpu('diffusers'), workshop.job('one', { batchSize: 2 }));
});
afterAll(() => workshop.close());

const lora = (name: string) => workshop.numbers(name, 'lora.safetensors');
const lossesOf = (name: string) => workshop.lines(name, 'metrics.jsonl').map(({ loss }) => Number(loss));
const typesOf = (events: readonly WorkerEvent[]) =>
  events.map(({ type }) => type).filter((type) => type !== 'progress');

/** A port that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The process of a run that has this rank. */
async function processOfRank(rank: number, jobFile: string): Promise<number> {
  for (const pid of await processesWith(jobFile)) {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    const program = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    if (environment.includes(`\0RANK=${rank}\0`) && program.some((part) => part === '--launched')) return pid;
  }
  throw new Error(`There is no process of rank ${rank}.`);
}

test('two processes of batch 1 learn what one of batch 2 learns', async () => {
  const program = engineOnCpu('diffusers', { gpus: [0, 1] });
  const { events, status } = await runEngine(program, workshop.job('two', { batchSize: 1 }));
  expect(status).toBe(0);
  const expected = [
    'started',
    ...Array(5).fill('step'),
    'checkpoint',
    ...Array(5).fill('step'),
    'checkpoint',
    'finished',
  ];
  expect(typesOf(events)).toEqual(expected);
  expect(relativeDifference(lora('one'), lora('two'))).toBeLessThan(rounding);
  for (const [index, loss] of lossesOf('one').entries()) expect(lossesOf('two')[index]).toBeCloseTo(loss, 4);
  const drawn = ['one', 'two'].map((name) => workshop.lines(name, 'metrics.jsonl').map(({ samples }) => samples));
  expect(drawn[1]).toEqual(drawn[0]);
});

test('two machines end in the same LoRA, bit for bit, each with files of its own; a stop of one stops both', async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const machines = [0, 1].map((machine) =>
    runEngine(engineOnCpu('diffusers', { nodes: `${machine}/2@${address}` }), workshop.job(`machine-${machine}`)),
  );
  for (const { status } of await Promise.all(machines)) expect(status).toBe(0);
  expect(lora('machine-1')).toEqual(lora('machine-0'));
  expect(relativeDifference(lora('one'), lora('machine-0'))).toBeLessThan(rounding);
  const configuration = JSON.parse(readFileSync(workshop.path('machine-1', 'accelerate.json'), 'utf8'));
  expect(configuration).toMatchObject({ num_machines: 2, machine_rank: 1, num_processes: 2 });

  const other = `127.0.0.1:${await freePort()}`;
  const stopped = await Promise.all(
    [0, 1].map((machine) =>
      runEngine(
        engineOnCpu('diffusers', { nodes: `${machine}/2@${other}` }),
        workshop.job(`stopped-${machine}`, { steps: 2000 }),
        (event, running) => {
          if (machine === 1 && event.type === 'step' && event.step === 3) running.stop();
        },
      ),
    ),
  );
  const [first, second] = stopped.map(({ events }) => events.at(-1));
  expect(first).toMatchObject({ type: 'stopped' });
  expect(second).toMatchObject({ type: 'stopped', step: first?.type === 'stopped' ? first.step : undefined });
});

describe.runIf(hasSignals && process.platform === 'linux')('when one dies', () => {
  test('SIGKILL of one process ends the run, which is resumed from its checkpoint; SIGKILL of the launcher leaves none', async () => {
    const job = workshop.job('killed');
    const program = engineOnCpu('diffusers', { gpus: [0, 1] });
    let killed: Promise<void> | undefined;
    const { events, status } = await runEngine(program, workshop.job('killed', { steps: 4000 }), (event) => {
      if (event.type === 'checkpoint' && event.step === 5)
        killed = processOfRank(1, job).then((pid) => void process.kill(pid, 'SIGKILL'));
    });
    await killed;
    expect(status).not.toBe(0);
    expect(events.some(({ type }) => type === 'finished' || type === 'stopped')).toBe(false);
    const last = events.at(-1);
    if (last?.type === 'failed') expect(last.error).toMatchObject({ code: 'trainer.crashed', retryable: true });
    await until(async () => (await processesWith(job)).length === 0);

    const resume = workshop.path('killed', 'checkpoints', 'step-000005');
    await runEngine(program, workshop.job('killed', { batchSize: 1 }, { resume }), (event, running) => {
      if (event.type === 'started') expect(event.step).toBe(5);
      if (event.type === 'step' && event.step === 7) running.kill();
    });
    await until(async () => (await processesWith(job)).length === 0);

    await runEngine(program, workshop.job('killed', { batchSize: 1 }, { resume }));
    expect(relativeDifference(lora('two'), lora('killed'))).toBeLessThan(rounding);
  });
});
