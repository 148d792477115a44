/** @file Small wheels in the place of ONNX Runtime's and NVIDIA's, and the table that locks them. */
import { type CudaVersion, cudaMachines, cudaVersions } from '../../../../src/engines/native/cuda/cuda-version.js';
import type { LibraryWheel } from '../../../../src/engines/native/cuda/library-wheel.js';
import { type FakeWheel, makeWheel } from '../../wheels/fake-wheel.js';

/** What is in a library: the same nowhere else. */
export const contentOf = (name: string, cuda: CudaVersion): string => `${name} for CUDA ${cuda}. `.repeat(100);

interface Fake {
  readonly wheel: FakeWheel;
  readonly locked: LibraryWheel;
}

function fake(distribution: string, version: string, cuda: CudaVersion, libraries: readonly string[]): Fake {
  const files = Object.fromEntries(libraries.map((name) => [name, contentOf(name, cuda)]));
  const extra = { 'nvidia/include/header.h': '#pragma once' };
  const wheel = makeWheel(distribution, version, { files: { ...files, ...extra } });
  const { file, sha256, bytes } = wheel;
  const sizes = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.length]));
  return { wheel, locked: { distribution, version, file, sha256, bytes: bytes.length, libraries: sizes } };
}

export const fakes: Readonly<Record<CudaVersion, readonly Fake[]>> = {
  '13': [
    fake('nvidia-cublas', '13.1.0.3', '13', ['nvidia/cu13/lib/libcublasLt.so.13', 'nvidia/cu13/lib/libcublas.so.13']),
    fake('nvidia-cudnn-cu13', '9.19.0.56', '13', ['nvidia/cudnn/lib/libcudnn.so.9']),
    fake('onnxruntime-gpu', '1.30.0', '13', [
      'onnxruntime/capi/libonnxruntime_providers_cuda.so',
      'onnxruntime/capi/libonnxruntime.so.1.30.0',
    ]),
  ],
  '12': [
    fake('nvidia-cublas-cu12', '12.8.4.1', '12', ['nvidia/cublas/lib/libcublas.so.12']),
    fake('onnxruntime-gpu', '1.26.0', '12', ['onnxruntime/capi/libonnxruntime.so.1.26.0']),
  ],
};

/** Stands in for `locked-wheels.ts`. */
export const lockedWheels = Object.fromEntries(
  cudaVersions.map((cuda) => {
    const wheels = fakes[cuda].map(({ locked }) => locked);
    return [cuda, Object.fromEntries(cudaMachines.map((machine) => [machine, wheels]))];
  }),
);

/** Pages of an index that offers all of them. */
export function fakePages(): Map<string, FakeWheel[]> {
  const pages = new Map<string, FakeWheel[]>();
  for (const { wheel, locked } of Object.values(fakes).flat()) {
    const page = `/simple/${locked.distribution}/`;
    pages.set(page, [...(pages.get(page) ?? []), wheel]);
  }
  return pages;
}
