/** @file Recomputed segments: the same gradients, and really recomputed. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  compile,
  Graph,
  gelu,
  gradients,
  groupNorm,
  layerNorm,
  linear,
  mul,
  reduceSum,
  reshape,
  silu,
  type Value,
  weight,
} from '../../src/graph/index.js';
import { openSafetensors } from '../../src/safetensors/header.js';
import { randomNumbers } from './finite-differences.js';

const constant = (graph: Graph, shape: number[], seed: number) =>
  graph.constant(
    randomNumbers(
      shape.reduce((product, size) => product * size, 1),
      seed,
    ),
    shape,
  );

function build(cheap: (graph: Graph, make: () => Value) => Value): Graph {
  const graph = new Graph({ weights: 'mapped' });
  const x = graph.input('x', [2, 4, 6]);
  const first = cheap(graph, () => silu(groupNorm(x, 2, constant(graph, [4], 1), constant(graph, [4], 2), 1e-5)));
  const middle = linear(first, constant(graph, [5, 6], 3));
  // One segment feeds the next, and a value of the first is used outside as well.
  const second = cheap(graph, () => mul(gelu(middle), linear(first, constant(graph, [5, 6], 4))));
  const loss = reduceSum(mul(reshape(second, [40]), constant(graph, [40], 5)), [0], false);
  graph.output('loss', loss);
  gradients(loss, [x]).forEach((gradient) => {
    graph.output('gradient', gradient);
  });
  return graph;
}

const run = async (graph: Graph) => {
  const compiled = await compile(graph, { threads: 1 });
  const outputs = await compiled.run({ x: randomNumbers(48, 9) });
  await compiled.release();
  return outputs;
};

it('does not change loss and gradients', async () => {
  const kept = await run(build((_, make) => make()));
  const again = await run(build((graph, make) => graph.recompute(make)));
  expect(again.loss).toEqual(kept.loss);
  expect(again.gradient?.length).toBe(48);
  again.gradient?.forEach((number, i) => {
    expect(number).toBeCloseTo(kept.gradient?.[i] ?? Number.NaN, 5);
  });
});

it('recomputes each value once, after the gradient is available', () => {
  const graph = build((made, make) => made.recompute(make));
  const count = (type: string) => graph.nodes.filter(({ op }) => op.type === type);
  expect(count('LayerNormalization')).toHaveLength(2);
  expect(count('QuickGelu')).toHaveLength(2);
  const [, copy] = count('LayerNormalization');
  // The forward pass normalises x itself; the copy must not be equal, or the runtime would merge the two.
  expect(copy?.inputs.every((value, i) => value === count('LayerNormalization')[0]?.inputs[i])).toBe(false);
});

it('waits for the gradient also where weights have 16 bits and are widened', () => {
  const path = '../../src/diffusion/pocket/unet/diffusion_pytorch_model.safetensors';
  const file = openSafetensors(fileURLToPath(new URL(path, import.meta.url)));
  const graph = new Graph({ weights: 'mapped' });
  const x = graph.input('x', [2, 48]);
  const [scale, bias] = ['conv_norm_out.weight', 'conv_norm_out.bias'];
  const normal = graph.recompute(() => layerNorm(x, weight(graph, file, scale), weight(graph, file, bias), 1e-5));
  const loss = reduceSum(reshape(mul(normal, normal), [96]), [0], false);
  gradients(loss, [x]);
  const forward = graph.nodes.findIndex(({ outputs }) => outputs.includes(loss));
  const copy = graph.nodes.findLast(({ op }) => op.type === 'LayerNormalization');
  const backward = graph.nodes.slice(forward + 1);
  const waitsFor = copy?.inputs.filter((value) => backward.some(({ outputs }) => value && outputs.includes(value)));
  expect(waitsFor?.map((value) => value?.source.kind === 'node' && value.source.node.op.type)).toEqual(['Add']);
});
