/** @file For every machine that cannot use CUDA, the reason and the way out; and which version of CUDA a GPU is served with. */
import { describe, expect, it, test } from 'vitest';
import { type CudaFindings, checkCuda } from '../../../../src/engines/native/cuda/check.js';
import { bestCudaVersion, type CudaMachine } from '../../../../src/engines/native/cuda/cuda-version.js';
import type { CudaRuntime } from '../../../../src/engines/native/cuda/runtime-folder.js';
import type { NvidiaGpu } from '../../../../src/engines/nvidia.js';

const rtx4090: NvidiaGpu = { name: 'NVIDIA RTX 4090', driver: 580, capability: 89 };
const runtime = (cuda: CudaRuntime['cuda']): CudaFindings['installation'] => ({
  state: 'complete',
  runtime: { cuda, version: cuda === '13' ? '1.30.0' : '1.26.0', library: '/cuda/libonnxruntime.so', preload: [] },
});
const ready: CudaFindings = { platform: 'linux', arch: 'x64', gpus: [rtx4090], installation: runtime('13') };

it.each<NodeJS.Platform>(['linux', 'win32'])('is used where all is there: %s', (platform) => {
  expect(checkCuda({ ...ready, platform })).toEqual({
    available: true,
    reason: 'NVIDIA RTX 4090, driver 580, CUDA 13 (ONNX Runtime 1.30.0)',
  });
});

it.each<[string, Partial<CudaFindings>, RegExp]>([
  ['macOS', { platform: 'darwin' }, /use webgpu/],
  ['an Arm machine', { arch: 'arm64' }, /no CUDA for linux arm64/],
  ['no driver', { gpus: [] }, /No NVIDIA driver was found.*Install the driver/],
  ['an old driver', { gpus: [{ ...rtx4090, driver: 470 }] }, /470; CUDA 12 needs 525 or newer: update the driver/],
  [
    'an old GPU',
    { gpus: [{ ...rtx4090, name: 'K80', capability: 37 }] },
    /does not support K80 \(compute capability 3\.7\)/,
  ],
  ['nothing installed', { installation: { state: 'absent' } }, /lora-bridge engine install cuda/],
  [
    'a broken installation',
    { installation: { state: 'broken', cuda: '13', reason: '/cuda/libcudnn.so.9 is missing.' } },
    /libcudnn\.so\.9 is missing\. Repair it with `lora-bridge engine update cuda`/,
  ],
  [
    'CUDA 13 and a driver for 12',
    { gpus: [{ ...rtx4090, driver: 550 }] },
    /driver 550; CUDA 13 needs 580.*CUDA 12 works: run `lora-bridge engine update cuda`/,
  ],
  [
    'CUDA 13 and a GPU for 12',
    { gpus: [{ name: 'GTX 1080', driver: 580, capability: 61 }] },
    /does not support GTX 1080.*6\.1.*CUDA 12 works/,
  ],
])('is not used with %s', (_, difference, reason) => {
  const verdict = checkCuda({ ...ready, ...difference });
  expect(verdict.available).toBe(false);
  expect(verdict.reason).toMatch(reason);
});

describe('which version', () => {
  test.each<[string, CudaMachine, number | undefined, number | undefined, string | undefined]>([
    ['RTX 20', 'linux-x64', 580, 75, '13'],
    ['RTX 40 on Windows', 'win32-x64', 581, 89, '13'],
    ['RTX 50', 'linux-x64', 590, 120, '13'],
    ['RTX 50 with the first driver it had, through PTX', 'linux-x64', 570, 120, '12'],
    ['B200, which the provider for 13 has no code for', 'linux-x64', 580, 100, '12'],
    ['GTX 1080', 'linux-x64', 580, 61, '12'],
    ['V100', 'linux-x64', 580, 70, '12'],
    ['V100 on Windows, where no provider has its code', 'win32-x64', 580, 70, undefined],
    ['GTX 980 on Windows', 'win32-x64', 560, 52, '12'],
    ['a driver before CUDA 12', 'linux-x64', 520, 86, undefined],
    ['a driver that reports nothing', 'linux-x64', undefined, undefined, '13'],
  ])('%s', (name, machine, driver, capability, expected) => {
    expect(bestCudaVersion(machine, { name, driver, capability })).toBe(expected);
  });
});
