/** @file How the CUDA provider is set up, for all sessions. */

/** Options of OrtCUDAProviderOptionsV2. What is not named keeps the provider's default. */
export const cudaOptions: Readonly<Record<string, string>> = {
  // An exhaustive search times every algorithm for each of a hundred convolutions in the first step, and takes the memory of the
  // greediest; the default algorithm is one for all shapes.
  cudnn_conv_algo_search: 'HEURISTIC',
  // The other strategy doubles the arena each time it grows, and so can take twice what a step needs.
  arena_extend_strategy: 'kSameAsRequested',
  // float32 means float32: TF32 keeps ten bits of the mantissa. For speed there is float16.
  use_tf32: '0',
};
