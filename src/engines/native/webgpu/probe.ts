/**
 * @file Whether WebGPU computes rightly on this machine, and faster than the CPU. It is tried out once for each driver, in a child process,
 * and the finding is kept. An adapter that is a program on the CPU (WARP, SwiftShader, llvmpipe) computes rightly, and slowly: speed
 * tells it from a GPU, whatever its name.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { writeAtomically } from '../../../files/atomic.js';
import { homeAt } from '../../../store/home.js';
import { outputOf } from '../../../worker/child-process.js';
import { driverIdentity } from './driver-identity.js';

const measurement = z.object({
  cpuMilliseconds: z.number(),
  webgpuMilliseconds: z.number(),
  /** Norm of the difference from the CPU's result, relative to the norm of that. Infinite or NaN is `null` in JSON. */
  difference: z.number().nullable(),
});
export type ProbeMeasurement = z.output<typeof measurement>;

const finding = z.object({
  /** `slow`: right, but not faster than the CPU. */
  state: z.enum(['fast', 'slow', 'unusable']),
  reason: z.string(),
});
export type WebgpuFinding = z.output<typeof finding>;

const record = finding.extend({ driver: z.string(), at: z.number().describe('Milliseconds since 1970.') });

/** As far as WebGPU may differ from the CPU: between the rounding of float16, which some drivers compute in, and a wrong kernel. */
const tolerance = 1e-2;

/** Compiling shaders for the first time takes seconds on weak machines. */
const limitMilliseconds = 60_000;

export interface ProbeOptions {
  /** The folder of the engines, where the finding is kept. */
  readonly folder?: string;
  /** The program that measures. */
  readonly program?: string;
  /** What changes with the driver. */
  readonly driver?: string;
  readonly limitMilliseconds?: number;
}

const probeMain = fileURLToPath(new URL('../../../../dist/engines/native/webgpu/probe-main.js', import.meta.url));

/** A machine that was busy, or a screen that was locked, may spoil a probe: only a good one is kept until the driver changes. */
const keptMilliseconds = 24 * 60 * 60 * 1000;

/** What a probe with this driver found before; undefined when it has to be tried out. */
async function readFinding(file: string, driver: string): Promise<WebgpuFinding | undefined> {
  try {
    const known = record.parse(JSON.parse(await readFile(file, 'utf8')));
    const isKept = known.state === 'fast' || Math.abs(Date.now() - known.at) < keptMilliseconds;
    return known.driver === driver && isKept ? known : undefined;
  } catch {
    return undefined;
  }
}

/** What was found with this driver before, else what a probe finds now. */
export async function probeWebgpu(options: ProbeOptions = {}): Promise<WebgpuFinding> {
  const { folder = homeAt().engines, program = probeMain } = options;
  const driver = createHash('sha256')
    .update(options.driver ?? (await driverIdentity()))
    .digest('hex');
  const file = join(folder, 'webgpu.json');
  const known = await readFinding(file, driver);
  if (known !== undefined) return known;
  const found = await measure(program, options.limitMilliseconds ?? limitMilliseconds);
  await mkdir(folder, { recursive: true });
  await writeAtomically(file, `${JSON.stringify({ ...found, driver, at: Date.now() })}\n`);
  return found;
}

async function measure(program: string, timeout: number): Promise<WebgpuFinding> {
  const unusable = (reason: string): WebgpuFinding => ({ state: 'unusable', reason });
  try {
    const { stdout } = await outputOf(process.execPath, [program], { timeout });
    const { cpuMilliseconds, webgpuMilliseconds, difference } = measurement.parse(JSON.parse(stdout));
    if (difference === null || difference > tolerance)
      return unusable('Its results differ from those of the CPU. Update the graphics driver.');
    const times = `${webgpuMilliseconds.toFixed(0)} ms against ${cpuMilliseconds.toFixed(0)} ms on the CPU`;
    return webgpuMilliseconds < cpuMilliseconds
      ? { state: 'fast', reason: times }
      : { state: 'slow', reason: `Not faster than the CPU (${times}): a software adapter, or a weak GPU.` };
  } catch (error) {
    const { killed, stderr = '' } = error as { killed?: boolean; stderr?: string };
    if (killed) return unusable(`The driver did not answer within ${timeout / 1000} s. Update the graphics driver.`);
    if (/RequestAdapterStatus|no supported adapters/i.test(stderr)) return unusable('No graphics adapter was found.');
    const line = stderr.split('\n').find((text) => /Error: /.test(text)) ?? String(error).split('\n', 1)[0] ?? '';
    return unusable(`It was tried and failed: ${line.trim().slice(0, 300)}`);
  }
}
