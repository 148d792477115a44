/** @file One suite over both engines: the same events, files, stop, resume and error codes; and the same LoRA in the end. */
import { cpSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrainOptionsInput } from '../../../src/protocol/train-options.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import type { WorkerEvent } from '../../../src/worker/events.js';
import { filesBelow } from '../../end-to-end/support.js';
import {
  type EngineName,
  engineOnCpu,
  engines,
  relativeDifference,
  runEngine,
  tinyModel,
  Workshop,
} from './support.js';

/** Between engines. */
const tolerance = 1e-3;

const everything = { minSnrGamma: 5, maskWeight: 0.25, alpha: 1, previewEvery: 5, previewCount: 2, batchSize: 2 };

let workshop: Workshop;
/** The events of each engine's run with every option. */
const eventsOf = new Map<EngineName, readonly WorkerEvent[]>();

beforeAll(async () => {
  workshop = Workshop.open();
  for (const engine of engines) {
    const { events } = await runEngine(engineOnCpu(engine), workshop.job(`${engine}-whole`, everything));
    eventsOf.set(engine, events);
    await runEngine(engineOnCpu(engine), workshop.job(`${engine}-plain`));
  }
});
afterAll(() => workshop.close());

/** The events of a run without what depends on time, folder or rounding. */
function shapeOf(events: readonly WorkerEvent[]): unknown[] {
  return events
    .filter(({ type }) => type !== 'progress')
    .map((event) => {
      const rest: Record<string, unknown> = { ...event };
      for (const name of ['loss', 'gradientNorm', 'stepsPerSecond', 'etaSeconds'])
        if (name in rest) rest[name] = typeof rest[name];
      for (const name of ['file', 'folder']) if (name in rest) rest[name] = basename(String(rest[name]));
      if ('files' in event) rest.files = event.files.map((file) => basename(file));
      return rest;
    });
}

const eventOf = <Type extends WorkerEvent['type']>(events: readonly WorkerEvent[], type: Type) =>
  events.findLast((event): event is Extract<WorkerEvent, { type: Type }> => event.type === type);

describe('a run with every option is the same in both', () => {
  test('events', () => {
    const [native = [], diffusers = []] = engines.map((engine) => eventsOf.get(engine) ?? []);
    expect(shapeOf(diffusers)).toEqual(shapeOf(native));
    expect(shapeOf(native)[0]).toMatchObject({ type: 'started', device: 'cpu', resolution: 32, step: 0, steps: 10 });
    const [a, b] = [native, diffusers].map((events) => eventOf(events, 'finished')?.loss);
    expect(a?.first).toBeCloseTo(b?.first ?? 0, 4);
    expect(a?.last).toBeCloseTo(b?.last ?? 0, 3);
    expect(a?.last).toBeLessThan(a?.first ?? 0);
  });

  test('files, metrics and configuration', () => {
    const [native, diffusers] = engines.map((engine) => filesBelow(workshop.path(`${engine}-whole`)));
    expect(diffusers).toEqual(native);
    const metrics = engines.map((engine) => workshop.lines(`${engine}-whole`, 'metrics.jsonl'));
    const choices = metrics.map((lines) => lines.map(({ step, samples, timesteps }) => ({ step, samples, timesteps })));
    expect(choices[1]).toEqual(choices[0]);
    for (const [index, line] of (metrics[0] ?? []).entries())
      expect(metrics[1]?.[index]?.loss).toBeCloseTo(Number(line.loss), 3);
    const [one, other] = engines.map((engine) => {
      const { options, base, character } = JSON.parse(
        readFileSync(workshop.path(`${engine}-whole`, 'config.json'), 'utf8'),
      );
      return { options, base, character };
    });
    expect(other).toEqual(one);
  });

  test.each(['lora.safetensors', 'pytorch_lora_weights.safetensors', 'checkpoints/step-000010/optimizer.safetensors'])(
    'the numbers of %s within 1e-3, after ten steps',
    (file) => {
      const [native, diffusers] = engines.map((engine) => workshop.numbers(`${engine}-whole`, file));
      expect(relativeDifference(native ?? new Map(), diffusers ?? new Map())).toBeLessThan(tolerance);
    },
  );

  test('metadata of the LoRA but for its times', () => {
    const [native, diffusers] = engines.map((engine) => {
      const { metadata } = openSafetensors(workshop.path(`${engine}-whole`, 'lora.safetensors'));
      return Object.entries(metadata).filter(([name]) => !/date|started_at|finished_at/.test(name));
    });
    expect(diffusers).toEqual(native);
  });

  test.each([0, 5, 10])('the preview of step %i, within rounding', async (step) => {
    const name = `step-${String(step).padStart(6, '0')}.jpg`;
    const [native, diffusers] = await Promise.all(
      engines.map((engine) =>
        sharp(workshop.path(`${engine}-whole`, 'samples', name))
          .raw()
          .toBuffer(),
      ),
    );
    const differences = [...(native ?? [])].map((value, index) => Math.abs(value - (diffusers?.[index] ?? 0)));
    expect(native?.length).toBe(64 * 32 * 3);
    // Before JPEG, about three values are off by one. One is enough to round a coefficient of its block of 8 × 8 differently,
    // which changes the whole block, by up to 9 as measured.
    expect(differences.filter((difference) => difference > 0).length / differences.length).toBeLessThan(0.1);
    expect(Math.max(...differences)).toBeLessThanOrEqual(16);
  });

  test('the tolerance sees what another seed or option would make', async () => {
    for (const [name, other] of [
      ['seed', { seed: 1 }],
      ['mask', { maskWeight: 0.5 }],
    ] satisfies [string, TrainOptionsInput][]) {
      await runEngine(
        engineOnCpu('native'),
        workshop.job(`other-${name}`, { ...everything, previewEvery: 0, ...other }),
      );
      const difference = relativeDifference(
        workshop.numbers('diffusers-whole', 'lora.safetensors'),
        workshop.numbers(`other-${name}`, 'lora.safetensors'),
      );
      expect(difference).toBeGreaterThan(tolerance);
    }
  });
});

test.each([
  ['sdxl', 'two text encoders and sizes'],
  ['sd2', 'velocity, and its min-SNR weights'],
])('%s (%s): ten steps of both engines end in the same LoRA', async (family) => {
  const base = fileURLToPath(new URL(`../../goldens/families/${family}`, import.meta.url));
  for (const engine of engines) {
    const { events, log } = await runEngine(
      engineOnCpu(engine),
      workshop.job(`${engine}-${family}`, { base, resolution: 64, minSnrGamma: 5 }),
    );
    if (events.at(-1)?.type !== 'finished') throw new Error(JSON.stringify(events.at(-1)) + log);
  }
  const [native, diffusers] = engines.map((engine) => workshop.numbers(`${engine}-${family}`, 'lora.safetensors'));
  expect(relativeDifference(native ?? new Map(), diffusers ?? new Map())).toBeLessThan(tolerance);
});

describe.each(engines)('%s', (engine) => {
  const start = (name: string, options: TrainOptionsInput = {}, rest: Record<string, unknown> = {}) =>
    runEngine(engineOnCpu(engine), workshop.job(`${engine}-${name}`, options, rest));

  // Long enough for a stop to arrive before the end.
  const long = { steps: 100 };
  beforeAll(async () => void (await start('long', long)));

  test.each(['stop', 'abandon'] as const)('%s keeps a checkpoint, from which it resumes bit for bit', async (how) => {
    const name = `${engine}-${how}`;
    const first = await runEngine(engineOnCpu(engine), workshop.job(name, long), (event, running) => {
      if (event.type === 'step' && event.step === 2) running[how]();
    });
    const stopped = eventOf(first.events, 'stopped');
    expect(first.status).toBe(0);
    expect(stopped?.step).toBeGreaterThanOrEqual(2);
    expect(stopped?.checkpoint).toBe(
      workshop.path(name, 'checkpoints', `step-${String(stopped?.step).padStart(6, '0')}`),
    );
    expect(existsSync(workshop.path(name, 'lora.safetensors'))).toBe(false);

    const second = await runEngine(engineOnCpu(engine), workshop.job(name, long, { resume: stopped?.checkpoint }));
    expect(eventOf(second.events, 'started')?.step).toBe(stopped?.step);
    expect(eventOf(second.events, 'finished')).toBeDefined();
    expect(workshop.numbers(name, 'lora.safetensors')).toEqual(workshop.numbers(`${engine}-long`, 'lora.safetensors'));
    expect(workshop.lines(name, 'metrics.jsonl')).toEqual(workshop.lines(`${engine}-long`, 'metrics.jsonl'));
    expect(filesBelow(workshop.path(name)).filter((file) => file.includes('.tmp'))).toEqual([]);
  });

  test('a checkpoint of the other engine resumes in it', async () => {
    const other = engine === 'native' ? 'diffusers' : 'native';
    const resume = workshop.path(`${other}-plain`, 'checkpoints', 'step-000005');
    const { events } = await start('resumed', {}, { resume });
    expect(eventOf(events, 'started')?.step).toBe(5);
    const difference = relativeDifference(
      workshop.numbers(`${engine}-plain`, 'lora.safetensors'),
      workshop.numbers(`${engine}-resumed`, 'lora.safetensors'),
    );
    expect(difference).toBeLessThan(tolerance);
  });

  const failureOf = async (name: string, options: TrainOptionsInput = {}, rest: Record<string, unknown> = {}) => {
    const { events, status } = await start(name, options, rest);
    expect(status).toBe(1);
    const last = events.at(-1);
    if (last?.type !== 'failed') throw new Error(`It did not fail, but ended with ${JSON.stringify(last)}.`);
    expect(last.error.hint).toMatch(/\S/);
    return { ...last.error, before: events.slice(0, -1) };
  };

  /** A copy of the model that `damage` is done to. */
  const damaged = (name: string, damage: (model: string) => void): string => {
    const model = workshop.path(`${engine}-model-${name}`);
    cpSync(tinyModel, model, { recursive: true });
    damage(model);
    return model;
  };

  test('names what is wrong with a base model', async () => {
    const weights = join('unet', 'diffusion_pytorch_model.safetensors');
    const without = damaged('without', (model) => rmSync(join(model, weights)));
    expect(await failureOf('missing', { base: without })).toMatchObject({ code: 'input.model.missing' });
    const short = damaged('short', (model) => truncateSync(join(model, weights), 5000));
    expect((await failureOf('short', { base: short })).code).toMatch(/^input\.safetensors\./);
    const vae = join('vae', 'diffusion_pytorch_model.safetensors');
    const cut = damaged('cut', (model) => truncateSync(join(model, vae), readFileSync(join(model, vae)).length - 9));
    const failure = await failureOf('cut', { base: cut });
    expect(failure).toMatchObject({ code: 'input.safetensors.truncated', file: join(cut, vae) });
    const lacking = damaged('lacking', (model) =>
      renameTensor(join(model, weights), 'conv_in.weight', 'conv_in.height'),
    );
    expect(await failureOf('lacking', { base: lacking })).toMatchObject({
      code: 'input.safetensors.tensor',
      message: expect.stringContaining('conv_in.weight'),
    });
  });

  test('stops when numbers are no longer finite', async () => {
    const base = damaged('nan', (model) =>
      poison(join(model, 'unet', 'diffusion_pytorch_model.safetensors'), 'conv_out.bias'),
    );
    const failure = await failureOf('nan', { base });
    expect(failure).toMatchObject({ code: 'trainer.diverged', message: expect.stringContaining('step 1') });
  });

  test('refuses what a job may not ask for, before anything is loaded', async () => {
    const impossible = await failureOf('impossible', {}, { options: { rank: 0 } });
    expect(impossible).toMatchObject({ code: 'input.option.invalid', message: expect.stringContaining('rank') });
    expect(await failureOf('no-dataset', {}, { manifest: workshop.path('nothing.json') })).toMatchObject({
      code: 'input.file.missing',
    });
    writeFileSync(workshop.path('broken.json'), '{}');
    expect(await failureOf('bad-dataset', {}, { manifest: workshop.path('broken.json') })).toMatchObject({
      code: 'input.dataset.broken',
    });
    const resume = workshop.path(`${engine}-plain`, 'checkpoints', 'step-000005');
    const changed = await failureOf('changed', { learningRate: 1e-3 }, { resume });
    expect(changed).toMatchObject({
      code: 'input.checkpoint.mismatch',
      message: expect.stringContaining('learningRate'),
    });
    const gone = await failureOf('gone', {}, { resume: workshop.path('nowhere') });
    expect(gone).toMatchObject({ code: 'input.checkpoint.broken' });
    for (const { before } of [impossible, changed, gone])
      expect(before.every((event) => event.type === 'progress' && event.done === 0)).toBe(true);
  });
});

/** Gives a tensor of a file another name of the same length. */
function renameTensor(file: string, from: string, to: string): void {
  const bytes = readFileSync(file);
  const at = bytes.indexOf(`"${from}"`);
  if (at < 0 || from.length !== to.length) throw new Error(`${file} has no ${from}.`);
  bytes.write(to, at + 1);
  writeFileSync(file, bytes);
}

/** Overwrites a tensor with NaN, in place. */
function poison(file: string, tensor: string): void {
  const entry = openSafetensors(file).tensors.get(tensor);
  if (entry === undefined) throw new Error(`${file} has no ${tensor}.`);
  const bytes = readFileSync(file);
  bytes.fill(0xff, entry.begin, entry.end);
  writeFileSync(`${file}.new`, bytes);
  renameSync(`${file}.new`, file);
}
