/** @file Options of the CUDA provider, for all sessions. */

/** Of OrtCUDAProviderOptionsV2; all others keep the provider's defaults. */
export const cudaOptions: Readonly<Record<string, string>> = {
  // An exhaustive search would time every algorithm for each of a hundred convolutions in the first step, and take the memory of the
  // largest; the default is one algorithm for all shapes.
  cudnn_conv_algo_search: 'HEURISTIC',
  // The other strategy doubles the arena each time it grows, and so may take twice what a step needs.
  arena_extend_strategy: 'kSameAsRequested',
  // float32 means float32: TF32 keeps ten bits of the mantissa. For speed there is float16.
  use_tf32: '0',
};
