/** @file What a training step takes on the device: the native engine in each precision, the diffusers engine, and a plain PyTorch loop. */
import { join } from 'node:path';
import { diffusersProgram } from '../../../../src/engines/diffusers/program.js';
import { trainOptions } from '../../../../src/protocol/train-options.js';
import { absent, type Bench, type Check, type Emit, failed, nodeArguments, pythonFile } from '../check.js';
import { runEngine, writeJob } from '../engine-run.js';
import { runMeasured } from '../measured.js';
import { type ModelName, type TestModel, testModel } from '../models.js';
import type { NativeStep } from '../native-step.js';
import { allVariants, recorded, type Variant, variantsOf } from '../variants.js';

interface Shape {
  readonly batchSize: number;
  readonly rank: number;
}

const nameOf = ({ batchSize, rank }: Shape): string => `batch ${batchSize}, rank ${rank}`;
const secondsOf = ({ size }: Bench): number => (size === 'tiny' ? 0 : 3);
/** Pixels that one latent stands for, in the large models and in the tiny one. */
const pixelsPerLatent = ({ size }: Bench): number => (size === 'tiny' ? 2 : 8);

/** Steps of the native engine in a process of its own. */
export async function nativeSteps(
  bench: Bench,
  { folder, resolution }: TestModel,
  { name, compile, env }: Variant,
  shape: Shape,
  emit: Emit,
): Promise<void> {
  const what = `${name}, ${nameOf(shape)}`;
  const edge = resolution / pixelsPerLatent(bench);
  const plan: NativeStep = { folder, edge, ...shape, seconds: secondsOf(bench), profile: false, compile };
  const command = {
    command: process.execPath,
    arguments: [...nodeArguments('native-step'), JSON.stringify(plan)],
    env,
  };
  await runMeasured(bench, command, ({ line, memory }) =>
    emit({ what, outcome: 'measured', figures: { ...(line as Record<string, number>), ...memory } }),
  ).catch((error) => emit(failed(what, error)));
}

/** The same steps of PyTorch, with and without gradient checkpointing, in one process. */
async function peerSteps(bench: Bench, model: TestModel, shapes: readonly Shape[], emit: Emit): Promise<void> {
  const what = 'PyTorch';
  if (bench.python === undefined) return emit(absent(what, bench.noPython));
  // A CPU has no units for 16 bits.
  const [short, dtype] = bench.device === 'cuda' ? ['bf16', 'bfloat16'] : ['fp32', 'float32'];
  const configurations = shapes.flatMap((shape) =>
    [false, true].map((checkpointing) => ({ ...shape, checkpointing, dtype })),
  );
  const names = configurations.map(
    (each) => `${what}, ${short}${each.checkpointing ? ', gradient checkpointing' : ''}, ${nameOf(each)}`,
  );
  const plan = {
    folder: join(model.folder, 'unet'),
    device: bench.device,
    edge: model.resolution / pixelsPerLatent(bench),
    seconds: secondsOf(bench),
    configurations,
  };
  const command = { command: bench.python, arguments: [pythonFile('peer_step.py'), JSON.stringify(plan)] };
  await runMeasured(bench, command, ({ line, memory }) => {
    const name = names.shift() ?? what;
    if ('failed' in line) emit({ what: name, outcome: 'measured', detail: String(line.failed) });
    else emit({ what: name, outcome: 'measured', figures: { ...(line as Record<string, number>), ...memory } });
  }).catch((error) => emit(failed(names[0] ?? what, error)));
}

/** Steps of the diffusers engine as a job runs it. */
async function engineSteps(bench: Bench, model: TestModel, name: ModelName, shape: Shape, emit: Emit): Promise<void> {
  const { python, device } = bench;
  const what = `diffusers engine, ${device === 'cuda' ? 'bf16' : 'fp32'}, ${nameOf(shape)}`;
  if (python === undefined) return emit(absent(what, bench.noPython));
  try {
    const { folder: base, resolution } = model;
    const isTiny = bench.size === 'tiny';
    // The tiny models' own resolution is below what can be asked for.
    const size = isTiny ? {} : { resolution };
    const steps = isTiny ? 4 : 12;
    const input = { base, ...size, steps, previewEvery: 0, framings: ['full' as const], device, ...shape };
    const job = await writeJob(bench, `diffusers-${name}`, { ...input, engine: 'diffusers' });
    const program = diffusersProgram(python, { device }, trainOptions.parse(input));
    const { stepTimes, memory } = await runEngine(bench, program, job);
    const pauses = stepTimes.slice(1).map((time, index) => time - (stepTimes[index] ?? 0));
    const median = pauses.sort((a, b) => a - b)[Math.floor(pauses.length / 2)] ?? Number.NaN;
    const figures = { 'step (s)': median, 'process start to first step (s)': stepTimes[0] ?? Number.NaN, ...memory };
    emit({ what, outcome: 'measured', figures });
  } catch (error) {
    emit(failed(what, error));
  }
}

const usual: Shape = { batchSize: 1, rank: 4 };

/** The product's own ways on the requested device, then PyTorch there, then the second device. */
async function compare(bench: Bench, name: ModelName, emit: Emit): Promise<void> {
  const model = await testModel(bench, name);
  const variants = (await allVariants(bench, emit)).filter(({ isOwn }) => isOwn);
  const isFirst = ({ compile }: Variant): boolean => compile.device === bench.device;
  const first = variants.filter(isFirst);
  for (const variant of [...first, ...recorded(first)]) await nativeSteps(bench, model, variant, usual, emit);
  await peerSteps(bench, model, [usual], emit);
  for (const variant of variants.filter((each) => !isFirst(each)))
    await nativeSteps(bench, model, variant, usual, emit);
}

export const sd15Step: Check = {
  name: 'step',
  title: 'a training step of the size of Stable Diffusion 1.5, 512 px',
  limit: 180,
  models: ['sd15'],
  run: (bench, emit) => compare(bench, 'sd15', emit),
};

export const sdxlStep: Check = {
  name: 'step-sdxl',
  title: 'a training step of the size of SDXL, 1024 px',
  limit: 180,
  models: ['sdxl'],
  run: (bench, emit) => compare(bench, 'sdxl', emit),
};

export const otherSteps: Check = {
  name: 'other-steps',
  title: 'the same steps by the diffusers engine, and through onnxruntime-node',
  limit: 180,
  models: ['sd15', 'sdxl'],
  async run(bench, emit) {
    const others = (await allVariants(bench, emit)).filter(({ isOwn }) => !isOwn);
    for (const name of ['sd15', 'sdxl'] as const) {
      const model = await testModel(bench, name);
      const emitNamed: Emit = (found) => emit({ ...found, what: `${name}: ${found.what}` });
      await engineSteps(bench, model, name, usual, emitNamed);
      for (const variant of others) await nativeSteps(bench, model, variant, usual, emitNamed);
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
  async run(bench, emit) {
    const model = await testModel(bench, 'sd15');
    const variants = await variantsOf(bench.device, bench, emit);
    const shapes = bench.size === 'tiny' ? moreShapes.slice(-1) : moreShapes;
    for (const shape of shapes) for (const variant of variants) await nativeSteps(bench, model, variant, shape, emit);
    await peerSteps(bench, model, shapes, emit);
  },
};
