/** @file Child process: one product of matrices on a device. Its argument: compile options as JSON. Prints the error and the time. */
import { availableParallelism } from 'node:os';
import { TorchCpuGenerator } from '../../../src/diffusion/random/torch-cpu-generator.js';
import { type CompileOptions, compile, Graph, matmul } from '../../../src/graph/index.js';
import { relativeError } from '../relative-error.js';

const options = JSON.parse(process.argv[2] ?? '') as CompileOptions;
const edge = 256;
const generator = new TorchCpuGenerator(1);
const [a, b] = [generator.normal(edge * edge), generator.normal(edge * edge)];

async function product(where: CompileOptions) {
  const begin = performance.now();
  const graph = new Graph();
  graph.output('c', matmul(graph.input('a', [edge, edge]), graph.input('b', [edge, edge])));
  const session = await compile(graph, where);
  const { c = new Float32Array() } = await session.run({ a, b });
  const first = (performance.now() - begin) / 1000;
  await session.release();
  return { c, first };
}

const expected = await product({ device: 'cpu', threads: availableParallelism() });
const found = await product(options);
const error = relativeError(found.c, expected.c);
process.stdout.write(`${JSON.stringify({ error, 'first result (s)': found.first })}\n`);
