/** @file A training of the pocket model for as long as there is time: its weights, sheets and figures are results to be kept. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { absent, type Check, type Emit, failed, type RunSettings } from '../check.js';
import { kitFolder } from '../kit.js';

const folder = join(kitFolder, 'pocket-trainer');
/** Of the time there is, for the evaluation afterwards: its judges are trained for half a minute. */
const evaluationSeconds = 100;
/** In less than this a training yields nothing worth an evaluation. */
const leastMinutes = 2;

/** Runs one of the trainer's programs; what it prints goes into the log. Throws where it fails. */
async function runTrainer(python: string, args: readonly string[]): Promise<void> {
  const child = spawn(join(folder, 'run'), [...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PYTHON: python },
  });
  child.stdout.pipe(process.stderr, { end: false });
  const [status, signal] = await once(child, 'close');
  if (status !== 0) throw new Error(`${args[0]} ended with ${signal ?? `status ${status}`}: see the log.`);
}

/** The figures that are plain numbers. */
function numbersOf(file: string): Record<string, number> {
  const figures = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
  );
}

async function train({ device, size, work, out, seconds }: RunSettings, python: string, emit: Emit): Promise<void> {
  const minutes = size === 'tiny' ? 1 : (seconds - evaluationSeconds) / 60;
  const what = `${minutes.toFixed(1)} minutes of training`;
  if (minutes < leastMinutes && size === 'full') return emit(absent(what, `They would be less than ${leastMinutes}.`));
  const [run, results] = [join(work, 'pocket-model'), join(out, 'pocket-model')];
  mkdirSync(results, { recursive: true });
  const captures = ['--captures', join(folder, 'captures')];
  const common = ['--device', device, ...captures];
  const few = size === 'tiny' ? ['--pictures', '512', '--workers', '1', '--every', '1'] : [];
  const begin = performance.now();
  await runTrainer(python, [
    'train.py',
    '--minutes',
    String(minutes),
    '--out',
    run,
    '--flat',
    results,
    ...common,
    ...few,
  ]);
  emit({ what, outcome: 'measured', figures: { 'whole (s)': (performance.now() - begin) / 1000 } });
  if (size === 'tiny') return;
  const judges = ['--judge', join(run, 'work'), '--judge-minutes', '0.5'];
  const model = ['--model', join(run, 'model'), '--bank', join(run, 'work', 'bank')];
  await runTrainer(python, ['evaluate.py', ...model, ...judges, '--out', results, ...common]);
  emit({ what: 'its evaluation', outcome: 'measured', figures: numbersOf(join(results, 'figures.json')) });
}

export const pocketModel: Check = {
  name: 'pocket-model',
  title: 'a training of the pocket model in the time that is left',
  limit: 3600,
  async run(settings, emit) {
    const what = 'the trainer of the pocket model';
    if (settings.python === undefined) return emit(absent(what, settings.noPython));
    if (!existsSync(folder)) return emit(absent(what, 'This kit was packed without it.'));
    await train(settings, settings.python, emit).catch((error) => emit(failed(what, error)));
  },
};
