/** @file Errors of the runtime on a device become a code and a hint. The texts are those of the runtime and its drivers. */
import { expect, it } from 'vitest';
import { LoraBridgeError } from '../../../src/errors/lora-bridge-error.js';
import { deviceFault } from '../../../src/graph/device/device-fault.js';
import { compile, expand, Graph, mul, reduceSum } from '../../../src/graph/index.js';

it.each([
  [
    'cuda',
    'resource.memory.exhausted',
    'CUDA failure 2: out of memory ; GPU=0 ; hostname=x ; file=allocator.cc ; line=53',
  ],
  [
    'cuda',
    'resource.memory.exhausted',
    'Non-zero status code returned while running Conv node. BFCArena::AllocateRawInternal Available memory of 1048576 is smaller than requested bytes of 2097152',
  ],
  ['cuda', 'resource.memory.exhausted', 'CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0'],
  ['cuda', 'resource.memory.exhausted', 'CUDNN failure 4000: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED'],
  ['webgpu', 'resource.memory.exhausted', 'vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY'],
  [
    'webgpu',
    'resource.memory.exhausted',
    'ID3D12Device::CreateCommittedResource failed with E_OUTOFMEMORY (0x8007000E)',
  ],
  ['cpu', 'resource.memory.exhausted', 'std::bad_alloc'],
  ['cpu', 'resource.memory.exhausted', 'Failed to allocate memory for requested buffer of size 17179869184'],
  ['webgpu', 'resource.device.lost', 'WebGPU device lost (1): Device was destroyed.'],
  ['cuda', 'resource.device.lost', 'CUDA failure 700: an illegal memory access was encountered'],
  [
    'cuda',
    'resource.device.missing',
    'Failed to load library libonnxruntime_providers_cuda.so with error: libcuda.so.1: cannot open shared object file: No such file or directory',
  ],
  [
    'cuda',
    'resource.device.missing',
    'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1',
  ],
  ['cuda', 'internal', 'Non-zero status code returned while running Gemm node. Dimension mismatch'],
] as const)('%s: %s', (device, code, text) => {
  const fault = deviceFault(new Error(text), device, 'computing');
  expect(fault).toBeInstanceOf(LoraBridgeError);
  expect(fault.code).toBe(code);
  if (code === 'resource.memory.exhausted') {
    expect(fault.hint).toMatch(/smaller resolution.*--low-memory/);
    expect(fault.hint?.includes('--device cpu')).toBe(device !== 'cpu');
  }
});

it('is what really happens when 4 TB are requested', async () => {
  const graph = new Graph();
  const wide = expand(graph.input('x', [1, 1]), [2 ** 20, 2 ** 20]);
  graph.output('sum', reduceSum(mul(wide, wide), [0, 1], false));
  const session = await compile(graph, { threads: 1 });
  await expect(session.run({ x: Float32Array.of(1) })).rejects.toMatchObject({ code: 'resource.memory.exhausted' });
  await session.release();
});
