/** @file Our session options in ONNX Runtime's terms. */
import type { Model, SessionOptions } from '../runtime.js';
import { cudaOptions } from './cuda-options.js';
import { logSeverity, type OrtLibrary, type Pointer } from './library.js';

/** enum GraphOptimizationLevel */
const levels = { basic: 1, all: 99 } as const;

function appendCuda(library: OrtLibrary, pointer: Pointer, { replayed, boundedWorkspace }: SessionOptions): void {
  library.prepareForGpu();
  const cuda = library.create('CreateCUDAProviderOptions');
  try {
    const options = {
      ...cudaOptions,
      enable_cuda_graph: replayed ? '1' : '0',
      // 32 MiB at most for each convolution. Without a bound a float32 step of Stable Diffusion 1.5 at 512 px took 66 GB on an H100: without
      // TF32 cuDNN prefers algorithms that need gigabytes. In float16, on tensor cores, it took 5.3 GB unbounded.
      cudnn_conv_use_max_workspace: boundedWorkspace ? '0' : '1',
    };
    const names = Object.keys(options);
    library.call('UpdateCUDAProviderOptions', cuda, names, Object.values(options), names.length);
    library.call('SessionOptionsAppendExecutionProvider_CUDA_V2', pointer, cuda);
  } finally {
    library.release('ReleaseCUDAProviderOptions', cuda);
  }
}

/** OrtSessionOptions, to be released by the caller. */
export function ortSessionOptions(library: OrtLibrary, model: Model, options: SessionOptions): Pointer {
  const { device, threads, profile } = options;
  const pointer = library.create('CreateSessionOptions');
  try {
    library.call('SetSessionGraphOptimizationLevel', pointer, levels[options.optimization]);
    library.call(options.memoryPattern ? 'EnableMemPattern' : 'DisableMemPattern', pointer);
    library.call('SetSessionLogSeverityLevel', pointer, logSeverity);
    if (threads !== undefined) library.call('SetIntraOpNumThreads', pointer, threads);
    library.call('SetInterOpNumThreads', pointer, 1);
    if (profile !== undefined) library.call('EnableProfiling', pointer, profile);
    const entries = {
      'session.disable_prepacking': options.prepacking ? '0' : '1',
      'session.disable_cpu_ep_fallback': options.noCpuFallback ? '1' : '0',
      'optimization.disable_specified_optimizers': options.disabledOptimizers.join(';'),
      ...(model.root !== undefined && { 'session.model_external_initializers_file_folder_path': model.root }),
    };
    for (const [key, value] of Object.entries(entries)) library.call('AddSessionConfigEntry', pointer, key, value);
    if (device === 'cuda') appendCuda(library, pointer, options);
    return pointer;
  } catch (error) {
    library.release('ReleaseSessionOptions', pointer);
    throw error;
  }
}
