/**
 * @file `tsx scripts/verify/cuda-placement/main.ts`: opens all graphs of all families on the ONNX Runtime that `engine install cuda`
 * has installed (Linux), which has to place every node of them on CUDA. No GPU is needed: NVIDIA's libraries are fakes, built
 * here by a C compiler, so that the provider itself says for which nodes it has kernels. Nothing is computed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openModel } from '../../../src/diffusion/model/open-model.js';
import { findCudaRuntime } from '../../../src/engines/native/cuda/runtime-folder.js';
import { compile, Graph } from '../../../src/graph/index.js';
import type { Op } from '../../../src/graph/ir/graph.js';
import type { OperatorName } from '../../../src/graph/ir/operator-name.js';
import { adamWDefaults } from '../../../src/training/adamw.js';
import { buildUpdate } from '../../../src/training/update-graph.js';
import { buildFakes } from './fake-libraries.js';
import { graphsOf } from './graphs.js';

const installed = await findCudaRuntime();
if (installed === undefined) throw new Error('Nothing is installed: run `lora-bridge engine install cuda`.');
const { library, cuda, version } = installed;
const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-fakes-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const preload = buildFakes(join(dirname(library), 'libonnxruntime_providers_cuda.so'), folder);
console.log(`ONNX Runtime ${version} for CUDA ${cuda}`);

/** Why a graph cannot be placed wholly on CUDA. Its session is not released: the fakes cannot take down what they made. */
async function placementProblem(graph: Graph, precision?: 'fp32' | 'fp16'): Promise<string | undefined> {
  const options = { device: 'cuda', runtime: { library, preload }, noCpuFallback: true } as const;
  const opened = compile(graph, precision === undefined ? options : { ...options, precision });
  return await opened.then(
    () => undefined,
    (error: unknown) => String(error),
  );
}

let failed = 0;
function report(title: string, graph: Graph, problem: string | undefined): void {
  if (problem !== undefined) failed++;
  console.log(`${problem === undefined ? 'ok    ' : 'FAILED'} ${title}: ${graph.nodes.length} nodes ${problem ?? ''}`);
}

// The check itself: CUDA has no kernel for determinants.
const unsupported = new Graph();
const square = unsupported.input('square', [3, 3]);
const determinant: Op = { type: 'Det' as OperatorName, domain: '', infer: () => [{ dtype: 'float32', shape: [] }] };
unsupported.output('determinant', unsupported.single(determinant, [square]));
if ((await placementProblem(unsupported)) === undefined)
  throw new Error('A node that CUDA has no kernel for went unnoticed.');

const goldens = fileURLToPath(new URL('../../../test/goldens/', import.meta.url));
for (const base of ['pocket', 'text-to-image/model', 'families/sd2', 'families/sdxl']) {
  const model = await openModel(base === 'pocket' ? base : goldens + base);
  for (const precision of ['fp32', 'fp16'] as const)
    for (const [what, graph] of graphsOf(model, { device: 'cuda', precision }))
      report(`${base}, ${precision}: ${what}`, graph, await placementProblem(graph, precision));
}
const update = buildUpdate(797_184, adamWDefaults, 1);
report('updates the LoRA', update, await placementProblem(update));

console.log(failed === 0 ? 'All nodes are placed on CUDA.' : `${failed} graphs are not placed wholly on CUDA.`);
process.exit(failed === 0 ? 0 : 1);
