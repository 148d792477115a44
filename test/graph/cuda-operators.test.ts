/** @file Every operator of every graph of every family has a CUDA kernel for its version and types. Nothing here runs on CUDA. */
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildTextEncoder } from '../../src/diffusion/clip/text-encoder.js';
import { readConfigFile } from '../../src/diffusion/config/config-file.js';
import { unetConfig } from '../../src/diffusion/config/unet-config.js';
import type { BaseModel } from '../../src/diffusion/model/base-model.js';
import { openModel } from '../../src/diffusion/model/open-model.js';
import { buildDenoiser } from '../../src/diffusion/unet/denoiser.js';
import { buildTrainStep } from '../../src/diffusion/unet/train-step.js';
import { buildVaeDecoder } from '../../src/diffusion/vae/decoder.js';
import { buildVaeEncoder } from '../../src/diffusion/vae/encoder.js';
import { Graph, mul, type Value } from '../../src/graph/index.js';
import type { Node } from '../../src/graph/ir/graph.js';
import type { OperatorName } from '../../src/graph/ir/operator-name.js';
import type { Subgraph } from '../../src/graph/ir/subgraph.js';
import { lower } from '../../src/graph/lowering/lower.js';
import { opset } from '../../src/graph/onnx/encode.js';
import { adamWDefaults } from '../../src/training/adamw.js';
import { buildUpdate } from '../../src/training/update-graph.js';
import { microsoftKernels, onnxKernels } from './cuda-kernels.js';

const goldens = fileURLToPath(new URL('../goldens/', import.meta.url));

/** What CUDA lacks, as `Op-14 int8`; empty for a graph that it can run. */
function missing({ nodes }: Pick<Subgraph, 'nodes'>): string[] {
  const found = nodes.flatMap(({ op, inputs, outputs }) => {
    const isOwn = op.domain === 'com.microsoft';
    const version = isOwn ? 1 : opset;
    const kernel = (isOwn ? microsoftKernels : onnxKernels)[op.type];
    if (kernel === undefined || version < kernel.first || version > (kernel.last ?? version))
      return [`${op.type}-${version}`];
    const values = inputs.filter((input): input is Value => input !== undefined);
    const [first] = values;
    const isMixed = ({ dtype }: Value) => dtype !== first?.dtype && !kernel.indices?.includes(dtype);
    const mixed = values.some(isMixed) || (op.type !== 'Cast' && outputs.slice(0, 1).some(isMixed));
    return values
      .flatMap(({ dtype }, index) => {
        const types = index === 0 ? kernel.data : [...kernel.data, ...(kernel.indices ?? [])];
        return types.includes(dtype) ? [] : [`${op.type}-${version} ${dtype}`];
      })
      .concat(mixed ? [`${op.type}-${version} of several types`] : []);
  });
  return [...new Set(found)];
}

describe.each([
  ['sd1', 'text-to-image/model'],
  ['sd2', 'families/sd2'],
  ['sdxl', 'families/sdxl'],
  ['pocket', 'pocket'],
])('%s', (_, name) => {
  let model: BaseModel;
  beforeAll(async () => {
    model = await openModel(name === 'pocket' ? name : goldens + name);
  });
  const geometry = { batchSize: 2, height: 8, width: 8, rank: 4 };

  // Small, and large enough that activations are recomputed.
  it.each([8, 64])('trains at %i latent pixels', (edge) => {
    for (const storage of ['mapped', 'resident'] as const) {
      const graph = buildTrainStep(model.unet, { ...geometry, height: edge, width: edge }, { storage });
      expect(graph.nodes.length).toBeGreaterThan(500);
      expect(missing(graph)).toEqual([]);
    }
  });

  it.each([8, 64])('trains in 16 bits at %i latent pixels', (edge) => {
    for (const storage of ['mapped', 'resident'] as const) {
      const half = { ...geometry, height: edge, width: edge, device: 'cuda', precision: 'fp16' } as const;
      const subgraph = lower(buildTrainStep(model.unet, half, { storage }), half);
      expect(subgraph.nodes.length).toBeGreaterThan(500);
      expect(missing(subgraph)).toEqual([]);
      // Every product is in 16 bits, and so is everything between two of them: nothing is widened and narrowed again.
      const isOf = (type: string) => (node: Node) => node.op.type === type;
      for (const type of ['Conv', 'Gemm', 'FusedMatMul', 'MultiHeadAttention'])
        expect(subgraph.nodes.filter(isOf(type)).every(({ inputs: [x] }) => x?.dtype === 'float16')).toBe(true);
      const sources = new Map(subgraph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
      const casts = subgraph.nodes.filter(isOf('Cast'));
      expect(casts.filter(({ inputs: [x] }) => x && sources.get(x)?.op.type === 'Cast')).toEqual([]);
      const narrowed = casts.flatMap(({ inputs: [x], outputs: [y] }) => `${x?.name} ${y?.dtype}`);
      expect(new Set(narrowed).size).toBe(narrowed.length);
      for (const output of subgraph.outputs.values()) expect(output.dtype).toBe('float32');
    }
  });

  it('samples in 16 bits', () => {
    const half = { device: 'cuda', precision: 'fp16' } as const;
    const size = { width: 64, height: 64 };
    const graphs = [
      buildDenoiser(model.unet, { ...geometry, ...half, rank: 0 }),
      buildVaeDecoder(model.vae, size),
      buildVaeEncoder(model.vae, size),
      ...model.textEncoders.map(({ encoder, hiddenStates, pooled }) =>
        buildTextEncoder(encoder, { hiddenStates, pooled }),
      ),
    ];
    for (const graph of graphs) expect(missing(lower(graph, half))).toEqual([]);
  });

  it('predicts velocities', () => {
    expect(missing(buildTrainStep(model.unet, geometry, { predictionType: 'v_prediction' }))).toEqual([]);
  });

  it('samples', () => {
    expect(missing(buildDenoiser(model.unet, { ...geometry, rank: 0 }))).toEqual([]);
    const size = { width: 64, height: 64 };
    expect(missing(buildVaeDecoder(model.vae, size))).toEqual([]);
    expect(missing(buildVaeEncoder(model.vae, size))).toEqual([]);
    for (const { encoder, hiddenStates, pooled } of model.textEncoders)
      expect(missing(buildTextEncoder(encoder, { hiddenStates, pooled }))).toEqual([]);
  });
});

it('knows types and operators that CUDA lacks', () => {
  const graph = new Graph();
  const half = graph.input('half', [2], 'float16');
  mul(half, half);
  graph.single({ type: 'Conv', domain: '', infer: () => [half] }, [graph.input('x', [1, 1, 1, 1], 'bfloat16')]);
  graph.single({ type: 'Hardmax' as OperatorName, domain: '', infer: () => [half] }, [half]);
  graph.single({ type: 'NhwcFusedConv' as OperatorName, domain: 'com.microsoft', infer: () => [half] }, [half]);
  graph.single({ type: 'Add', domain: '', infer: () => [half] }, [half, graph.input('single', [2])]);
  expect(missing(graph)).toEqual([
    'Conv-20 bfloat16',
    'Conv-20 of several types',
    'Hardmax-20',
    'NhwcFusedConv-1',
    'Add-20 of several types',
  ]);
});

it('updates the LoRA', () => {
  const options = { ...adamWDefaults, learningRate: 1e-4 };
  const update = buildUpdate(797_184, options, 1);
  expect(update.nodes.length).toBeGreaterThan(15);
  expect(missing(update)).toEqual([]);
});

describe('16-bit weights', () => {
  it('are widened where they are used; LoRA, loss and gradients are float32', async () => {
    const weights = `${goldens}unet/sd-like-half/diffusion_pytorch_model.safetensors`;
    const config = await readConfigFile(`${goldens}unet/sd-like-half/config.json`, unetConfig);
    const geometry = { batchSize: 1, height: 8, width: 8, rank: 4 };
    const graph = buildTrainStep({ config, weights }, geometry, { storage: 'mapped' });
    expect(missing(graph)).toEqual([]);
    const casts = graph.nodes.filter(({ op }) => op.type === 'Cast');
    expect(casts.length).toBeGreaterThan(50);
    expect(casts.every(({ inputs }) => inputs[0]?.source.kind === 'weight' && inputs[0].dtype === 'float16')).toBe(
      true,
    );
    for (const value of [...graph.outputs.values(), graph.inputs.get('lora')]) expect(value?.dtype).toBe('float32');
  });
});
