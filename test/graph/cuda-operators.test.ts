/**
 * @file Every operator of a training graph has a CUDA kernel for float32. Nothing here runs on CUDA: the list below is from
 * onnxruntime's docs/OperatorKernels.md, "Operators implemented by CUDAExecutionProvider" (commit 001d12d2623fd411ce0f83d05abb5e82304a3389).
 */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readConfigFile } from '../../src/diffusion/config/config-file.js';
import { unetConfig } from '../../src/diffusion/config/unet-config.js';
import { buildTrainStep } from '../../src/diffusion/unet/train-step.js';
import { opset } from '../../src/graph/onnx/encode.js';

/** First and, where a later kernel replaced it, last version of the kernel that we mean. */
const onnxKernels: Readonly<Record<string, readonly [first: number, last?: number]>> = {
  Add: [14],
  AveragePool: [19, 21],
  Cast: [19, 20],
  Concat: [13],
  Conv: [11, 21],
  ConvTranspose: [11],
  Div: [14],
  Erf: [13],
  Exp: [13],
  Expand: [13],
  Gather: [13],
  Gemm: [13],
  LayerNormalization: [17],
  Mul: [14],
  Pad: [18],
  ReduceMean: [18],
  ReduceSum: [13],
  Reshape: [19, 20],
  Resize: [19],
  Sigmoid: [13],
  Slice: [13],
  Softmax: [13],
  Split: [18],
  Sub: [14],
  Transpose: [13, 20],
};
const microsoftKernels = ['FusedMatMul', 'Gelu', 'MultiHeadAttention', 'QuickGelu'];

const goldens = fileURLToPath(new URL('../goldens/unet/', import.meta.url));

// Small and mapped; float16; and so large that activations are computed again.
it.each([
  ['pocket-like', 8],
  ['sd-like-half', 8],
  ['pocket-like', 64],
] as const)('%s at %i latent pixels needs only what CUDA has', async (name, edge) => {
  const config = await readConfigFile(`${goldens}${name}/config.json`, unetConfig);
  const weights = `${goldens}${name}/diffusion_pytorch_model.safetensors`;
  const geometry = { batchSize: 1, height: edge, width: edge, textTokens: 77, rank: 4 };
  const graph = buildTrainStep({ config, weights }, geometry, { storage: 'mapped' });
  expect(graph.nodes.length).toBeGreaterThan(500);
  for (const { op } of graph.nodes) {
    if (op.domain === 'com.microsoft') {
      expect(microsoftKernels).toContain(op.type);
      continue;
    }
    const [first, last = opset] = onnxKernels[op.type] ?? [Number.POSITIVE_INFINITY];
    expect(opset, `${op.type} in opset ${opset}`).toBeGreaterThanOrEqual(first);
    expect(opset, `${op.type} in opset ${opset}`).toBeLessThanOrEqual(last);
  }
});
