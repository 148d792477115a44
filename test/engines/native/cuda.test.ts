/** @file For every machine that cannot use CUDA, the reason and the way out. */
import { expect, it } from 'vitest';
import { type CudaFindings, findCuda, judgeCuda } from '../../../src/engines/native/cuda.js';
import { onnxruntimeFolder } from '../../../src/engines/native/devices.js';

const ready: CudaFindings = {
  platform: 'linux',
  arch: 'x64',
  gpu: 'NVIDIA RTX 4090',
  driver: 550,
  hasProvider: true,
  loadable: ['libcudart.so.12', 'libcublas.so.12', 'libcublasLt.so.12', 'libcufft.so.11', 'libcudnn.so.9', 'libc.so.6'],
};

it('is used where all is there', () => {
  expect(judgeCuda(ready)).toEqual({ available: true, reason: 'NVIDIA RTX 4090, driver 550' });
});

it.each<[string, Partial<CudaFindings>, RegExp]>([
  ['Windows', { platform: 'win32' }, /no CUDA on Windows; use webgpu.*diffusers engine.*WSL2/],
  ['macOS', { platform: 'darwin' }, /use webgpu/],
  ['an Arm machine', { arch: 'arm64' }, /no CUDA for linux arm64/],
  ['no driver', { gpu: undefined }, /No NVIDIA driver answers.*Install the driver/],
  ['an old driver', { driver: 470 }, /470; CUDA 12 needs 525/],
  ['no provider', { hasProvider: false }, /lora-bridge engine install cuda/],
  [
    'no cuDNN',
    { loadable: ready.loadable.filter((name) => !name.includes('cudnn')) },
    /not: libcudnn\.so\.9\. Install/,
  ],
  ['CUDA 13 only', { loadable: ['libcudart.so.13', 'libcublas.so.13'] }, /CUDA 13 is there, but ONNX Runtime needs 12/],
])('is not used with %s', (_, difference, reason) => {
  const verdict = judgeCuda({ ...ready, ...difference });
  expect(verdict.available).toBe(false);
  expect(verdict.reason).toMatch(reason);
});

it('finds what this machine has', async () => {
  const found = await findCuda(onnxruntimeFolder());
  expect([found.platform, found.arch]).toEqual([process.platform, process.arch]);
  if (process.platform === 'linux') expect(found.loadable.some((name) => name.startsWith('libc.so'))).toBe(true);
});
