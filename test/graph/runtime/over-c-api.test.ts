/** @file Runs the tests of graphs, encoders and the VAE again, through ONNX Runtime's C API. */
import { beforeAll, describe, expect } from 'vitest';
import { runtimeFor } from '../../../src/graph/choose-runtime.js';
import { npmLibrary } from './libraries.js';

// Before any of them compiles a graph.
process.env.LORA_BRIDGE_ONNXRUNTIME = npmLibrary.library;

describe.each([
  '../device/device-fault.test.js',
  '../gradients.test.js',
  '../hoisting.test.js',
  '../recompute.test.js',
  '../session.test.js',
  '../torch.test.js',
  '../winograd.test.js',
  '../../diffusion/clip/text-encoder.test.js',
  '../../diffusion/vae/vae.test.js',
])('%s', async (file) => {
  beforeAll(async () => {
    expect((await runtimeFor('cpu')).name).toMatch(/^ONNX Runtime \d/);
  });
  await import(file);
});
