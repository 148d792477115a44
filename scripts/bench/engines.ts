/** @file Both engines on the same job, as the daemon starts them: from nothing to the first step, each step, memory, size on disk. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readDatasetFolder } from '../../src/dataset/folder.js';
import { prepare } from '../../src/dataset/prepare.js';
import { inspectEnvironment } from '../../src/engines/diffusers/environment.js';
import { diffusersProgram } from '../../src/engines/diffusers/program.js';
import { onnxruntimeFolder } from '../../src/engines/native/devices.js';
import { trainOptions } from '../../src/protocol/train-options.js';
import { workerEvent } from '../../src/worker/events.js';
import { nodeProgram, type Program } from '../../src/worker/program.js';
import { type Benchmark, type Figure, median } from './benchmark.js';
import { peerPython } from './python.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const steps = 40;

interface Measurement {
  readonly firstEvent: number;
  readonly firstStep: number;
  readonly step: number;
  /** Of the engine's process and its children together; NaN if the system does not report it. */
  readonly gigabytes: number;
}

/** Peak resident memory of a process and its children, in bytes (Linux). */
function peakMemory(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1024 + children.reduce((sum, child) => sum + peakMemory(Number(child)), 0);
  } catch {
    return Number.NaN;
  }
}

async function measure(program: Program, jobFile: string): Promise<Measurement> {
  const begin = performance.now();
  const child = spawn(program.command, [...program.arguments, jobFile], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...program.env },
  });
  const times: number[] = [];
  let firstEvent: number | undefined;
  let memory = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue;
    const now = (performance.now() - begin) / 1000;
    firstEvent ??= now;
    const event = workerEvent.parse(JSON.parse(line));
    if (event.type === 'failed') throw new Error(event.error.message);
    if (event.type === 'step') times.push(now);
    memory = Math.max(memory, peakMemory(child.pid ?? 0) || 0);
  }
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const gigabytes = memory > 0 ? memory / 1e9 : Number.NaN;
  return { firstEvent: firstEvent ?? Number.NaN, firstStep: times[0] ?? Number.NaN, step: median(pauses), gigabytes };
}

/** Bytes of all files below a folder, links not followed. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

export const bothEngines: Benchmark = {
  name: 'engines',
  async run(say) {
    const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-bench-'));
    try {
      const python = peerPython(say);
      const environment = await inspectEnvironment(python, undefined);
      if (!environment.usable) throw new Error(environment.reason);
      const captures = join(root, 'test', 'characters', 'godette');
      const options = trainOptions.parse({
        base: 'pocket',
        steps,
        previewEvery: 0,
        checkpointEvery: 1000,
        device: 'cpu',
      });
      const { prompt, framings } = options;
      say('preparing the dataset');
      const shots = (await readDatasetFolder(captures)).shots;
      const dataset = join(folder, 'dataset');
      const { file: manifest } = await prepare({
        shots,
        source: captures,
        out: dataset,
        prompt,
        framings,
        resolution: 128,
      });
      const jobOf = (name: string): string => {
        const file = join(folder, `${name}.json`);
        writeFileSync(
          file,
          JSON.stringify({ run: name, character: 'Godette', manifest, out: join(folder, name), options }),
        );
        return file;
      };
      say('native');
      const native = await measure(nodeProgram(join(root, 'dist', 'engines', 'native', 'main.js')), jobOf('native'));
      say('diffusers');
      const choice = { engine: 'diffusers', device: 'cpu', reason: '' } as const;
      const diffusers = await measure(diffusersProgram(python, choice, options), jobOf('diffusers'));
      const figuresOf = (name: string, { firstEvent, firstStep, step, gigabytes }: Measurement): Figure[] => [
        { name: `process start to first event, ${name}`, value: firstEvent, unit: 's' },
        { name: `process start to first step, ${name}`, value: firstStep, unit: 's' },
        { name: `step, ${name}`, value: step, unit: 's' },
        { name: `peak memory, ${name}`, value: gigabytes, unit: 'GB' },
      ];
      return [
        ...figuresOf('native', native),
        ...figuresOf('diffusers', diffusers).map((figure, index) =>
          index === 0 ? { ...figure, atMost: 0.2 } : figure,
        ),
        { name: 'size on disk, native (ONNX Runtime)', value: sizeOf(onnxruntimeFolder()) / 1e9, unit: 'GB' },
        { name: 'size on disk, diffusers', value: sizeOf(dirname(dirname(python))) / 1e9, unit: 'GB' },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};
