/** @file Which packages, in which versions, make CUDA for the native engine, and which of their libraries. */
import type { CudaMachine, CudaVersion } from '../../src/engines/native/cuda/cuda-version.js';

/** Versions by package. NVIDIA's are those that PyTorch pins: 2.11 for CUDA 13.0, 2.8 to 2.10 for CUDA 12.8. */
export const pins: Readonly<Record<CudaVersion, Readonly<Record<string, string>>>> = {
  '13': {
    'nvidia-cuda-runtime': '13.0.96',
    'nvidia-cublas': '13.1.0.3',
    'nvidia-curand': '10.4.0.35',
    'nvidia-cuda-nvrtc': '13.0.88',
    'nvidia-cudnn-cu13': '9.19.0.56',
    'onnxruntime-gpu': '1.30.0',
  },
  // cuDNN 9.10 is the last that supports GPUs before Turing; ONNX Runtime 1.26 the last for CUDA 12.
  '12': {
    'nvidia-cuda-runtime-cu12': '12.8.90',
    'nvidia-cublas-cu12': '12.8.4.1',
    'nvidia-curand-cu12': '10.3.9.90',
    'nvidia-cufft-cu12': '11.3.3.83',
    'nvidia-cuda-nvrtc-cu12': '12.8.93',
    'nvidia-cudnn-cu12': '9.10.2.21',
    'onnxruntime-gpu': '1.26.0',
  },
};

/** The providers for Windows do not load cuRAND. */
export const leftOut: Readonly<Record<CudaMachine, readonly string[]>> = {
  'linux-x64': [],
  'win32-x64': ['nvidia-curand', 'nvidia-curand-cu12'],
};

/** Names of all libraries without what their platform adds, in an order in which they can be loaded. */
export const libraries: readonly string[] = [
  'cudart',
  'cublasLt',
  'cublas',
  'curand',
  'cufft',
  'nvrtc-builtins',
  'nvrtc',
  'cudnn_graph',
  'cudnn_ops',
  'cudnn_cnn',
  'cudnn_adv',
  'cudnn_heuristic',
  'cudnn_engines_precompiled',
  'cudnn_engines_runtime_compiled',
  'cudnn',
  'onnxruntime_providers_shared',
  'onnxruntime_providers_cuda',
  'onnxruntime',
];

/** `cudart` of `libcudart.so.13` and of `cudart64_13.dll`; undefined for other files. */
export function libraryName(path: string): string | undefined {
  return /(?:^|\/)lib([\w-]+)\.so[.\d]*$/.exec(path)?.[1] ?? /(?:^|\/)([\w-]+?)(?:64_[\d_]+)?\.dll$/.exec(path)?.[1];
}
