/**
 * @file Child process that tries WebGPU out: some convolutions, attention and a matrix product, there and on the CPU. A driver that crashes or
 * hangs ends this process only. Prints one JSON object (`measurement` in probe.ts); an error goes to standard error.
 */
import {
  attention,
  compile,
  conv2d,
  type Device,
  Graph,
  groupNorm,
  matmul,
  reshape,
  silu,
  transpose,
} from '../../../graph/index.js';
import type { ProbeMeasurement } from './probe.js';

const channels = 128;

/** Pixels along an edge of what is computed: 0.2 GFLOP, then 3, some 50 ms on two CPU cores. */
const edges = [8, 32];

/** No GPU takes longer for the smaller one; a program on the CPU would take a minute for the larger one. */
const slowMilliseconds = 100;

/** What a UNet is made of. */
function probeGraph(edge: number): Graph {
  const graph = new Graph();
  let x = graph.input('x', [1, channels, edge, edge]);
  const kernel = graph.input('kernel', [channels, channels, 3, 3]);
  const [scale, bias] = [graph.input('scale', [channels]), graph.input('bias', [channels])];
  for (let layer = 0; layer < 8; layer++)
    x = silu(groupNorm(conv2d(x, kernel, undefined, { padding: 1 }), 32, scale, bias, 1e-5));
  const tokens = transpose(reshape(x, [1, channels, edge * edge]), [0, 2, 1]);
  graph.output('y', matmul(attention(tokens, tokens, tokens, 1), graph.input('matrix', [channels, channels])));
  return graph;
}

/** Values between -0.1 and 0.1 that are the same on every machine. */
const values = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, index) => (((index * 7919 + seed * 104_729) % 2001) / 1000 - 1) / 10);

const feeds = (edge: number) => ({
  x: values(channels * edge * edge, 1),
  kernel: values(channels * channels * 9, 2),
  scale: values(channels, 3).map((value) => 1 + value),
  bias: values(channels, 4),
  matrix: values(channels * channels, 5),
});

async function measure(device: Device, edge: number): Promise<{ y: Float32Array; milliseconds: number }> {
  const graph = await compile(probeGraph(edge), { device });
  const fed = feeds(edge);
  let y: Float32Array = new Float32Array();
  let milliseconds = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const begun = performance.now();
    y = (await graph.run(fed)).y ?? y;
    // The first run compiles shaders and touches memory for the first time.
    if (run > 0) milliseconds = Math.min(milliseconds, performance.now() - begun);
  }
  await graph.release();
  return { y, milliseconds };
}

async function compare(edge: number): Promise<ProbeMeasurement> {
  const webgpu = await measure('webgpu', edge);
  const cpu = await measure('cpu', edge);
  const norm = (of: (index: number) => number): number =>
    Math.sqrt(cpu.y.reduce((sum, _, index) => sum + of(index) ** 2, 0));
  const difference = norm((index) => (webgpu.y[index] ?? Number.NaN) - (cpu.y[index] ?? 0));
  return {
    cpuMilliseconds: cpu.milliseconds,
    webgpuMilliseconds: webgpu.milliseconds,
    difference: difference / norm((index) => cpu.y[index] ?? 0),
  };
}

let result: ProbeMeasurement | undefined;
for (const edge of edges)
  if (result === undefined || result.webgpuMilliseconds < Math.max(slowMilliseconds, result.cpuMilliseconds))
    result = await compare(edge);
// A difference that is not finite is `null` in JSON.
process.stdout.write(`${JSON.stringify(result)}\n`);
