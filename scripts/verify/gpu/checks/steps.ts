/** @file What a training step takes on the device: the native engine in each precision, the diffusers engine, and a plain PyTorch loop. */
import { join } from 'node:path';
import { diffusersProgram } from '../../../../src/engines/diffusers/program.js';
import { trainOptions } from '../../../../src/protocol/train-options.js';
import { median } from '../../../bench/benchmark.js';
import { absent, type Check, type Emit, failed, nodeArguments, pythonFile, type RunSettings } from '../check.js';
import { runEngine, writeJob } from '../engine-run.js';
import { emitMeasured, runMeasured } from '../measured.js';
import { type ModelName, type TestModel, testModel } from '../models.js';
import type { NativeStep } from '../native-step.js';
import { allVariants, recorded, type Variant, variantsOf } from '../variants.js';

interface Shape {
  readonly batchSize: number;
  readonly rank: number;
}

const nameOf = ({ batchSize, rank }: Shape): string => `batch ${batchSize}, rank ${rank}`;
const secondsOf = ({ size }: RunSettings): number => (size === 'tiny' ? 0 : 3);

/** Steps of the native engine in a process of its own. */
export async function nativeSteps(
  settings: RunSettings,
  { folder, latentEdge: edge }: TestModel,
  { name, compile, env }: Variant,
  shape: Shape,
  emit: Emit,
): Promise<void> {
  const what = `${name}, ${nameOf(shape)}`;
  const plan: NativeStep = { folder, edge, ...shape, seconds: secondsOf(settings), profile: false, compile };
  const command = {
    command: process.execPath,
    arguments: [...nodeArguments('native-step'), JSON.stringify(plan)],
    env,
  };
  await emitMeasured(settings, what, command, emit);
}

/** The same steps of PyTorch, with and without gradient checkpointing, in one process. */
async function peerSteps(settings: RunSettings, model: TestModel, shapes: readonly Shape[], emit: Emit): Promise<void> {
  const what = 'PyTorch';
  if (settings.python === undefined) return emit(absent(what, settings.noPython));
  // A CPU has no units for 16 bits.
  const [short, dtype] = settings.device === 'cuda' ? ['bf16', 'bfloat16'] : ['fp32', 'float32'];
  const configurations = shapes.flatMap((shape) =>
    [false, true].map((checkpointing) => ({ ...shape, checkpointing, dtype })),
  );
  const names = configurations.map(
    (each) => `${what}, ${short}${each.checkpointing ? ', gradient checkpointing' : ''}, ${nameOf(each)}`,
  );
  const plan = {
    folder: join(model.folder, 'unet'),
    device: settings.device,
    edge: model.latentEdge,
    seconds: secondsOf(settings),
    configurations,
  };
  const command = { command: settings.python, arguments: [pythonFile('peer_step.py'), JSON.stringify(plan)] };
  await runMeasured(settings, command, ({ line, memory }) => {
    const name = names.shift() ?? what;
    if ('failed' in line) emit({ what: name, outcome: 'measured', detail: String(line.failed) });
    else emit({ what: name, outcome: 'measured', figures: { ...(line as Record<string, number>), ...memory } });
  }).catch((error) => emit(failed(names[0] ?? what, error)));
}

/** Steps of the diffusers engine as a job runs it. */
async function engineSteps(
  settings: RunSettings,
  model: TestModel,
  name: ModelName,
  shape: Shape,
  emit: Emit,
): Promise<void> {
  const { python, device } = settings;
  const what = `diffusers engine, ${device === 'cuda' ? 'bf16' : 'fp32'}, ${nameOf(shape)}`;
  if (python === undefined) return emit(absent(what, settings.noPython));
  try {
    const { folder: base, resolution } = model;
    const isTiny = settings.size === 'tiny';
    // The tiny models' own resolution is below what can be asked for.
    const size = isTiny ? {} : { resolution };
    const steps = isTiny ? 4 : 12;
    const input = { base, ...size, steps, previewEvery: 0, framings: ['full' as const], device, ...shape };
    const job = await writeJob(settings, `diffusers-${name}`, { ...input, engine: 'diffusers' });
    const program = diffusersProgram(python, { device }, trainOptions.parse(input));
    const { stepTimes, memory } = await runEngine(settings, program, job);
    const pauses = stepTimes.slice(1).map((time, index) => time - (stepTimes[index] ?? 0));
    const figures = {
      'step (s)': median(pauses),
      'process start to first step (s)': stepTimes[0] ?? Number.NaN,
      ...memory,
    };
    emit({ what, outcome: 'measured', figures });
  } catch (error) {
    emit(failed(what, error));
  }
}

const usual: Shape = { batchSize: 1, rank: 4 };

/** The product's own ways on the requested device, then PyTorch there, then the second device. */
async function compare(settings: RunSettings, name: ModelName, emit: Emit): Promise<void> {
  const model = await testModel(settings, name);
  const variants = (await allVariants(settings, emit)).filter(({ isOwn }) => isOwn);
  const isFirst = ({ compile }: Variant): boolean => compile.device === settings.device;
  const first = variants.filter(isFirst);
  for (const variant of [...first, ...recorded(first)]) await nativeSteps(settings, model, variant, usual, emit);
  await peerSteps(settings, model, [usual], emit);
  for (const variant of variants.filter((each) => !isFirst(each)))
    await nativeSteps(settings, model, variant, usual, emit);
}

export const sd15Step: Check = {
  name: 'step',
  title: 'a training step of the size of Stable Diffusion 1.5, 512 px',
  limit: 180,
  models: ['sd15'],
  run: (settings, emit) => compare(settings, 'sd15', emit),
};

export const sdxlStep: Check = {
  name: 'step-sdxl',
  title: 'a training step of the size of SDXL, 1024 px',
  limit: 180,
  models: ['sdxl'],
  run: (settings, emit) => compare(settings, 'sdxl', emit),
};

export const otherSteps: Check = {
  name: 'other-steps',
  title: 'the same steps by the diffusers engine, and through onnxruntime-node',
  limit: 180,
  models: ['sd15', 'sdxl'],
  async run(settings, emit) {
    const others = (await allVariants(settings, emit)).filter(({ isOwn }) => !isOwn);
    for (const name of ['sd15', 'sdxl'] as const) {
      const model = await testModel(settings, name);
      const emitNamed: Emit = (found) => emit({ ...found, what: `${name}: ${found.what}` });
      await engineSteps(settings, model, name, usual, emitNamed);
      for (const variant of others) await nativeSteps(settings, model, variant, usual, emitNamed);
    }
  },
};

const moreShapes: readonly Shape[] = [
  { batchSize: 4, rank: 4 },
  { batchSize: 1, rank: 16 },
  { batchSize: 4, rank: 16 },
];

export const moreSteps: Check = {
  name: 'more-steps',
  title: 'a training step of the size of Stable Diffusion 1.5, 512 px: other batches and ranks',
  limit: 180,
  models: ['sd15'],
  async run(settings, emit) {
    const model = await testModel(settings, 'sd15');
    const variants = await variantsOf(settings.device, settings, emit);
    const shapes = settings.size === 'tiny' ? moreShapes.slice(-1) : moreShapes;
    for (const shape of shapes)
      for (const variant of variants) await nativeSteps(settings, model, variant, shape, emit);
    await peerSteps(settings, model, shapes, emit);
  },
};
