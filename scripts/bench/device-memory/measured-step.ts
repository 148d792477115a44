/**
 * @file Child process that runs a training step on the CPU with no arena, so that every value has memory of its own in the heap, and
 * prints what the heap grew by. Arguments: config.json, weights, latent edge, and `low-memory`.
 */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { unetConfig } from '../../../src/diffusion/config/unet-config.js';
import { buildTrainStep } from '../../../src/diffusion/unet/train-step.js';
import { isLean } from '../../../src/graph/lowering/lower.js';
import { encodeModel } from '../../../src/graph/onnx/encode.js';
import { sizeOf } from '../../../src/graph/shape.js';
import { mainPart } from './step-memory.js';

const [configFile = '', weights = '', edgeText, mode] = process.argv.slice(2);
const edge = Number(edgeText);
const config = unetConfig.parse(JSON.parse(readFileSync(configFile, 'utf8')));
const geometry = { batchSize: 1, height: edge, width: edge, textTokens: 77, rank: 4, lowMemory: mode === 'low-memory' };
const graph = buildTrainStep({ config, weights }, geometry, { storage: 'mapped' });
const part = mainPart(graph, geometry);
const { bytes, root, constants, widensWeights } = encodeModel(part, { returnsMemory: isLean(graph, geometry) });
process.chdir(root ?? '/');
const session = await InferenceSession.create(bytes, {
  executionProviders: ['cpu'],
  graphOptimizationLevel: 'basic',
  interOpNumThreads: 1,
  enableMemPattern: false,
  enableCpuMemArena: false,
  extra: {
    session: { disable_prepacking: '1' },
    optimization: {
      disable_specified_optimizers: `ConstantSharing${widensWeights ? ';ConstantFolding;CommonSubexpressionElimination' : ''}`,
    },
  },
});
const feeds = Object.fromEntries([
  ...Array.from(
    part.inputs.values(),
    ({ name, shape }) => [name, new Tensor('float32', new Float32Array(sizeOf(shape)).fill(0.5), shape)] as const,
  ),
  ...Array.from(constants, ([name, data]) => [name, new Tensor('int64', data, [data.length])] as const),
]);

/** Another thread watches: a run blocks this one. */
const watching = `
  const { readFileSync } = require('node:fs');
  const { workerData, parentPort } = require('node:worker_threads');
  const [shared] = [new Float64Array(workerData)];
  const look = () => {
    const kibibytes = Number(/RssAnon:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
    shared[0] = kibibytes;
    shared[1] = Math.max(shared[1], kibibytes);
  };
  setInterval(look, 2);
  parentPort.postMessage('ready');
`;
const memory = new Float64Array(new SharedArrayBuffer(16));
const worker = new Worker(watching, { eval: true, workerData: memory.buffer });
await new Promise((resolve) => worker.once('message', resolve));
await new Promise((resolve) => setTimeout(resolve, 200));
const pause = () => new Promise((resolve) => setTimeout(resolve, 200));
const peaks: number[] = [];
for (let run = 0; run < 4; run++) {
  await pause();
  const before = memory[0] ?? 0;
  memory[1] = before;
  await session.run(feeds);
  peaks.push(((memory[1] ?? 0) - before) * 1024);
}
await worker.terminate();
await session.release();
console.log(JSON.stringify({ peaks }));
