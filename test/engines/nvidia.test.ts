/** @file How the output of nvidia-smi is read; the program itself is a fake. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { nvidiaGpus, nvidiaSmiPaths } from '../../src/engines/nvidia.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Puts a shell script in the place of nvidia-smi. */
function answerWith(script: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-smi-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'nvidia-smi');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
}

describe.runIf(process.platform === 'linux')('nvidia-smi', () => {
  test('reports names, driver and compute capability', async () => {
    answerWith(`
      [ "$*" = "--query-gpu=name,driver_version,compute_cap --format=csv,noheader" ] || exit 2
      echo "NVIDIA H100 80GB HBM3, 580.95.05, 9.0"
      echo "NVIDIA GeForce RTX 5090, 580.95.05, 12.0"`);
    expect(await nvidiaGpus()).toEqual([
      { name: 'NVIDIA H100 80GB HBM3', driver: 580, capability: 90 },
      { name: 'NVIDIA GeForce RTX 5090', driver: 580, capability: 120 },
    ]);
  });

  test('of a driver that does not know of compute capabilities', async () => {
    answerWith(`
      case "$1" in *compute_cap*) echo 'Field "compute_cap" is not a valid field to query.'; exit 2;; esac
      echo "Tesla T4, 470.82.01"`);
    expect(await nvidiaGpus()).toEqual([{ name: 'Tesla T4', driver: 470, capability: undefined }]);
  });

  test('that does not know a value', async () => {
    answerWith('echo "NVIDIA GeForce GTX 1080, 560.35.03, [N/A]"');
    expect(await nvidiaGpus()).toEqual([{ name: 'NVIDIA GeForce GTX 1080', driver: 560, capability: undefined }]);
  });

  test.each([
    'echo "NVIDIA-SMI has failed because it couldn\'t communicate with the NVIDIA driver."; exit 9',
    'echo "No devices were found"; exit 6',
  ])('that finds nothing: %s', async (script) => {
    answerWith(script);
    expect(await nvidiaGpus()).toEqual([]);
  });
});

test('is looked for where drivers put it', () => {
  const windows = { SystemRoot: 'C:\\Windows', ProgramFiles: 'C:\\Program Files' };
  expect(nvidiaSmiPaths('win32', windows).map((path) => path.replaceAll('/', '\\'))).toEqual([
    'C:\\Windows\\System32\\nvidia-smi.exe',
    'C:\\Program Files\\NVIDIA Corporation\\NVSMI\\nvidia-smi.exe',
  ]);
  expect(nvidiaSmiPaths('linux', {})).toEqual(['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi']);
});
