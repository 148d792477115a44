/** @file Runs graphs on ONNX Runtime. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { deviceFault } from './device-fault.js';
import type { NumberArray } from './dtype.js';
import type { Graph } from './graph.js';
import { fewerMultiplications } from './lowering/convolutions.js';
import { plainAttention } from './lowering/plain-attention.js';
import { plainProducts } from './lowering/plain-products.js';
import { type EncodeOptions, encodeModel } from './onnx/encode.js';
import { sizeOf } from './shape.js';

export type Device = 'cpu' | 'cuda' | 'webgpu';

export interface CompileOptions {
  readonly device?: Device;
  /** CPU threads. Default: as many as there are cores. */
  readonly threads?: number;
  /** For who builds a graph to train with: to compute more again instead of keeping it. */
  readonly lowMemory?: boolean;
  /** ONNX Runtime writes how long each node took, when the session is released, to a file whose path begins like this. */
  readonly profile?: string;
}

/** A graph that is ready to run. */
export interface CompiledGraph {
  /**
   * Runs once. The event loop stands still meanwhile.
   * @param feeds the numbers of every input, row-major, by the input's name
   * @returns the numbers of every output by its name; all outputs are float32
   */
  run(feeds: Readonly<Record<string, NumberArray>>): Promise<Record<string, Float32Array>>;
  /** Frees the session's memory. */
  release(): Promise<void>;
}

/** On CPUs, large models take Winograd's convolutions and give back memory. GPUs have their own ways, small models no need. */
function encodeOptions(graph: Graph, { device = 'cpu', lowMemory }: CompileOptions): EncodeOptions {
  if (device === 'webgpu') return { replacements: new Map([...plainAttention(graph), ...plainProducts(graph)]) };
  if (device !== 'cpu' || graph.weightStorage !== 'mapped') return {};
  return { replacements: fewerMultiplications(graph, lowMemory), returnsMemory: true };
}

/** One session at a time is made: making one changes the working folder for a moment. */
let previous: Promise<unknown> = Promise.resolve();

function sessionOptions(graph: Graph, halfWeights: boolean, options: CompileOptions): InferenceSession.SessionOptions {
  const device = options.device ?? 'cpu';
  const mapped = graph.weightStorage === 'mapped';
  // Sharing reads weights of up to eight numbers, and looks for their file beside a model that has no path.
  const sharing = mapped ? ['ConstantSharing'] : [];
  // Folding would widen 16-bit weights for good, and merging would keep widened copies from forward to backward.
  const folding = mapped && halfWeights ? ['ConstantFolding', 'CommonSubexpressionElimination'] : [];
  const disabled = [...sharing, ...folding].join(';');
  return {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    // Above `basic`, and with prepacking, the runtime copies weights into layouts of its own instead of mapping them.
    graphOptimizationLevel: mapped ? 'basic' : 'all',
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    interOpNumThreads: 1,
    // The plan of one large block would lie beside the pieces of the first run: 0.4 GB at the size of Stable Diffusion 1.5.
    enableMemPattern: !mapped,
    logSeverityLevel: 3,
    ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
    extra: {
      session: { disable_prepacking: mapped ? '1' : '0' },
      optimization: { disable_specified_optimizers: disabled },
    },
  };
}

/** Sessions find external data relative to the working folder. */
async function createSession(bytes: Uint8Array, root: string | undefined, options: InferenceSession.SessionOptions) {
  const turn = previous;
  const made = (async () => {
    await turn.catch(() => undefined);
    const folder = process.cwd();
    if (root !== undefined) process.chdir(root);
    try {
      return await InferenceSession.create(bytes, options);
    } finally {
      process.chdir(folder);
    }
  })();
  previous = made;
  return await made;
}

/**
 * Makes a session of a graph.
 * @throws LoraBridgeError `resource.device.missing` when the device is not there or refuses the graph; `internal`.
 */
export async function compile(graph: Graph, options: CompileOptions = {}): Promise<CompiledGraph> {
  const { bytes, root, outputs, constants, halfWeights } = encodeModel(graph, encodeOptions(graph, options));
  let session: InferenceSession;
  try {
    session = await createSession(bytes, root, sessionOptions(graph, halfWeights, options));
  } catch (cause) {
    const device = options.device ?? 'cpu';
    const fault = deviceFault(cause, device, 'the model was loaded');
    if (fault.code !== 'internal') throw fault;
    const code = device === 'cpu' ? 'internal' : 'resource.device.missing';
    throw new LoraBridgeError(code, `ONNX Runtime could not load the model on ${device}: ${String(cause)}`, {
      cause,
      hint: 'Run `lora-bridge doctor` to see which devices work here, or use `--device cpu`.',
    });
  }

  return {
    async run(feeds) {
      const tensors: Record<string, Tensor> = {};
      for (const [name, data] of constants) tensors[name] = new Tensor('int64', data, [data.length]);
      for (const [name, { dtype, shape }] of graph.inputs) {
        const data = feeds[name];
        if (data?.length !== sizeOf(shape)) {
          throw new LoraBridgeError('internal', `Input ${name} needs ${sizeOf(shape)} numbers, not ${data?.length}.`);
        }
        if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'int64') {
          throw new LoraBridgeError('internal', `Input ${name} has the type ${dtype}, which cannot be fed.`);
        }
        tensors[name] = new Tensor(dtype, data, shape);
      }
      const results = await session.run(tensors).catch((cause: unknown) => {
        throw deviceFault(cause, options.device ?? 'cpu', 'computing');
      });
      return Object.fromEntries(
        Array.from(outputs, ([name, inModel]) => {
          const data = results[inModel]?.data;
          if (!(data instanceof Float32Array)) throw new LoraBridgeError('internal', `Output ${name} is not float32.`);
          return [name, data];
        }),
      );
    },
    async release() {
      if (options.profile !== undefined) session.endProfiling();
      await session.release();
    },
  };
}
