/** @file What a probe of WebGPU finds, and for how long it is remembered. The drivers are fakes, but for the last test. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { driverIdentity } from '../../../src/engines/native/webgpu/driver-identity.js';
import { type ProbeOptions, probeWebgpu } from '../../../src/engines/native/webgpu/probe.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lora-bridge-probe-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Options for a probe whose program does this; each run leaves a character in `runs`. */
function probing(source: string, options: ProbeOptions = {}): ProbeOptions {
  const program = join(folder, 'probe.mjs');
  const runs = JSON.stringify(join(folder, 'runs'));
  writeFileSync(program, `import { appendFileSync } from 'node:fs';\nappendFileSync(${runs}, '.');\n${source}\n`);
  return { folder, program, driver: 'driver 1', ...options };
}

const measured = (cpu: number, webgpu: number, difference: number | null): string =>
  `console.log(JSON.stringify(${JSON.stringify({ cpuMilliseconds: cpu, webgpuMilliseconds: webgpu, difference })}))`;

test.each([
  ['a GPU', measured(50, 4, 1e-6), 'fast', '4 ms against 50 ms on the CPU'],
  ['a software adapter', measured(1, 2604, 7e-6), 'slow', 'Not faster than the CPU'],
  ['a wrong kernel', measured(50, 4, 0.3), 'unusable', 'differ'],
  ['results that are not finite', measured(50, 4, null), 'unusable', 'differ'],
  ['a crash', 'process.kill(process.pid, "SIGKILL")', 'unusable', 'tried and failed'],
  ['an error', 'throw new Error("the shader does not compile")', 'unusable', 'the shader does not compile'],
  [
    'no adapter',
    'throw new Error("adapter_result.status == wgpu::RequestAdapterStatus::Success was false")',
    'unusable',
    'No graphics adapter',
  ],
  ['nonsense', 'console.log("?")', 'unusable', 'tried and failed'],
])('%s', async (_, source, state, reason) => {
  expect(await probeWebgpu(probing(source))).toMatchObject({ state, reason: expect.stringContaining(reason) });
});

test('a driver that hangs is given up', async () => {
  const options = probing('setInterval(() => {}, 1000)', { limitMilliseconds: 1000 });
  expect(await probeWebgpu(options)).toMatchObject({ state: 'unusable', reason: expect.stringContaining('1 s') });
});

test('is tried out once for each driver', async () => {
  const runs = (): number => readFileSync(join(folder, 'runs'), 'utf8').length;
  const first = await probeWebgpu(probing(measured(50, 4, 0)));
  expect(await probeWebgpu(probing('throw 1'))).toMatchObject(first);
  expect(runs()).toBe(1);
  expect(await probeWebgpu(probing('throw 1', { driver: 'driver 2' }))).toMatchObject({ state: 'unusable' });
  expect(runs()).toBe(2);
});

test('a bad finding is tried again after a day, a good one is not', async () => {
  const file = join(folder, 'webgpu.json');
  const age = (): void => {
    const found = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...found, at: found.at - 25 * 60 * 60 * 1000 }));
  };
  await probeWebgpu(probing('throw 1'));
  expect(await probeWebgpu(probing(measured(50, 4, 0)))).toMatchObject({ state: 'unusable' });
  age();
  expect(await probeWebgpu(probing(measured(50, 4, 0)))).toMatchObject({ state: 'fast' });
  age();
  expect(await probeWebgpu(probing('throw 1'))).toMatchObject({ state: 'fast' });
});

test('a file that is damaged is written again', async () => {
  writeFileSync(join(folder, 'webgpu.json'), '{"state":');
  expect(await probeWebgpu(probing(measured(50, 4, 0)))).toMatchObject({ state: 'fast' });
  expect(JSON.parse(readFileSync(join(folder, 'webgpu.json'), 'utf8'))).toMatchObject({ state: 'fast' });
});

test('the identity of the driver is the same twice', async () => {
  expect(await driverIdentity()).toBe(await driverIdentity());
});

const hasAdapter = process.platform !== 'linux' || existsSync('/dev/dri') || process.env.VK_ICD_FILENAMES !== undefined;

test.skipIf(hasAdapter)('the real probe finds no adapter where there is none', { timeout: 60_000 }, async () => {
  expect(await probeWebgpu({ folder })).toMatchObject({ state: 'unusable', reason: 'No graphics adapter was found.' });
});
