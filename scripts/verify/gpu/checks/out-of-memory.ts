/** @file A training for which the device has too little memory ends with a message and a proposal, and frees what it had. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Device } from '../../../../src/protocol/train-options.js';
import { absent, type Check, devicesOf, type Emit, pythonFile, type RunSettings, verdict } from '../check.js';
import { makeHome, startBridge } from '../cli.js';
import { deviceRefusal } from '../device-refusal.js';
import { captures } from '../engine-run.js';
import { modelsAtRest, testModel } from '../models.js';

/** Takes all memory of the device except `spared` gigabytes, until `end`. */
async function takeMemory({ python = '' }: RunSettings, spared: number): Promise<{ end(): void }> {
  const child = spawn(python, [pythonFile('take_memory.py'), String(spared)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const begun = await Promise.race([once(child.stdout, 'data'), once(child, 'close').then(() => undefined)]);
  if (begun === undefined) throw new Error('The memory of the device could not be taken.');
  return { end: () => child.stdin.end() };
}

async function tryOn(device: Device, settings: RunSettings, emit: Emit): Promise<void> {
  const { folder: base } = await testModel(settings, 'sd15');
  const folder = join(settings.work, `out-of-memory-${device}`);
  rmSync(folder, { recursive: true, force: true });
  makeHome(join(folder, 'home'));
  await modelsAtRest(settings);
  const taken = await takeMemory(settings, 1.5);
  try {
    const { status, stderr } = await startBridge(
      join(folder, 'home'),
      ...['train', '--base', base, '--images', captures, '--framings', 'face', '--variants', '1', '--engine', 'native'],
      ...['--device', device, '--steps', '2', '--preview-every', '0', '--out', join(folder, 'run')],
    ).ended;
    const lastLines = stderr.trim().split('\n').slice(-4).join(' ');
    emit(
      verdict(
        `${device}: it ends with status 1 and says why`,
        status === 1 && /resource\.memory\.exhausted/.test(stderr),
        lastLines,
      ),
    );
    emit(verdict(`${device}: it proposes what needs less`, /--low-memory|smaller resolution/.test(stderr)));
  } finally {
    taken.end();
  }
}

export const outOfMemory: Check = {
  name: 'out-of-memory',
  title: 'too little memory of the device gives a proposal, not a crash',
  limit: 60,
  models: ['sd15'],
  async run(settings, emit) {
    if (settings.device === 'cpu') return emit(absent('memory of a device', 'a CPU has none of its own'));
    if (settings.python === undefined) return emit(absent('memory of a device', settings.noPython));
    for (const device of devicesOf(settings)) {
      const refusal = await deviceRefusal(device);
      if (refusal !== undefined) emit(absent(`too little memory on ${device}`, refusal));
      else await tryOn(device, settings, emit);
    }
  },
};
