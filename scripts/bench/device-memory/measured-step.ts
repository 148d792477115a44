/**
 * @file Child process that runs a training step on the CPU with no arena, so that every value has memory of its own in the heap, and
 * prints by how many bytes the process grew at most in each of four runs. Arguments: config.json, weights, latent edge, and `low-memory`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { unetConfig } from '../../../src/diffusion/config/unet-config.js';
import { buildTrainStep } from '../../../src/diffusion/unet/train-step.js';
import { sizeOf } from '../../../src/graph/ir/shape.js';
import { isLean } from '../../../src/graph/lowering/lower.js';
import { encodeModel } from '../../../src/graph/onnx/encode.js';
import { mainSubgraph } from './step-memory.js';

const [configFile = '', weights = '', edgeText, mode] = process.argv.slice(2);
const edge = Number(edgeText);
const config = unetConfig.parse(JSON.parse(readFileSync(configFile, 'utf8')));
const geometry = { batchSize: 1, height: edge, width: edge, rank: 4, lowMemory: mode === 'low-memory' };
const graph = buildTrainStep({ config, weights }, geometry, { storage: 'mapped' });
const subgraph = mainSubgraph(graph, geometry);
const { bytes, root, constants, widensWeights } = encodeModel(subgraph, { returnsMemory: isLean(graph, geometry) });
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
    subgraph.inputs.values(),
    ({ name, shape }) => [name, new Tensor('float32', new Float32Array(sizeOf(shape)).fill(0.5), shape)] as const,
  ),
  ...Array.from(constants, ([name, data]) => [name, new Tensor('int64', data, [data.length])] as const),
]);

/** Bytes of this process that the kernel counts under a name. */
function counted(name: 'VmRSS' | 'VmHWM'): number {
  return 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}

const peaks: number[] = [];
for (let run = 0; run < 4; run++) {
  // Makes the kernel forget the peak so far (man 5 proc_pid_clear_refs); unlike samples, its count misses no moment of a run.
  writeFileSync('/proc/self/clear_refs', '5');
  const before = counted('VmRSS');
  await session.run(feeds);
  peaks.push(counted('VmHWM') - before);
}
await session.release();
console.log(JSON.stringify({ peaks }));
