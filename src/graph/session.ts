/** @file Compiles graphs: lowers them for a device, hoists what repeats, and runs one session for each subgraph. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { runtimeFor } from './choose-runtime.js';
import { deviceFault } from './device/device-fault.js';
import type { NumberArray } from './ir/dtype.js';
import type { Graph, Value } from './ir/graph.js';
import { sizeOf } from './ir/shape.js';
import type { Subgraph } from './ir/subgraph.js';
import { hoist } from './lowering/hoisting.js';
import { isLean, type LoweringOptions, lower } from './lowering/lower.js';
import { encodeModel } from './onnx/encode.js';
import { RecentResults } from './recent-results.js';
import type {
  DeviceTensor,
  RuntimeLibrary,
  RuntimeSession,
  SessionOptions,
  Tensor,
  Tensors,
} from './runtime/runtime.js';

export interface CompileOptions extends LoweringOptions {
  /** The build of ONNX Runtime that computes. Default: the embedded one. WebGPU is only in the embedded one. */
  readonly runtime?: RuntimeLibrary;
  /** CPU threads. Default: as many as there are cores. */
  readonly threads?: number;
  /**
   * Prefix of the file that ONNX Runtime writes the time of each node to when the session is released; `_` and a date follow. Each
   * hoisted subgraph has a file of its own, with `-hoisted0_` and so on.
   */
  readonly profile?: string;
  /**
   * Groups of inputs, by name, whose values often repeat. What depends on one group alone is computed only when its values differ
   * from those of the last runs. Names that the graph does not have are ignored. Only done on a CPU: a GPU recomputes faster than
   * it is fed the results.
   */
  readonly repeating?: readonly (readonly string[])[];
  /** Outputs that stay on the device; `compute` returns them as device tensors. */
  readonly kept?: readonly string[];
  /** Reject a graph with nodes that the device cannot compute. Default: the CPU computes those. */
  readonly noCpuFallback?: boolean;
  /**
   * The graph is run often: on CUDA, through the C API, its kernels are recorded and replayed. Outputs that stay on the device are
   * then overwritten by the next run. Only done where `LORA_BRIDGE_CUDA_GRAPH` is `1`.
   */
  readonly runsOften?: boolean;
}

/** Feeds by the names of the inputs: row-major elements, or a tensor that another run left on the same device. */
export type Feeds = Readonly<Record<string, NumberArray | DeviceTensor>>;

/** A graph that is ready to run. */
export interface CompiledGraph {
  /**
   * Runs once. With onnxruntime-node this blocks the event loop.
   * @returns every output by its name; all must be float32, and none may stay on the device
   */
  run(feeds: Feeds): Promise<Record<string, Float32Array>>;
  /** Runs once, as `run` does, and returns a tensor for every output. Device tensors have to be released by the caller. */
  compute(feeds: Feeds): Promise<Tensors>;
  /** Frees its memory. */
  release(): Promise<void>;
}

function sessionOptions(graph: Graph, widensWeights: boolean, options: CompileOptions): SessionOptions {
  const { device = 'cpu', precision = 'fp32', threads, profile, noCpuFallback } = options;
  const mapped = graph.weightStorage === 'mapped';
  // Sharing reads weights of up to eight elements, and looks for their file next to a model that has no path.
  const sharing = mapped ? ['ConstantSharing'] : [];
  // Folding would keep widened copies of all 16-bit weights; merging would keep them from the forward to the backward pass.
  const folding = mapped && widensWeights ? ['ConstantFolding', 'CommonSubexpressionElimination'] : [];
  return {
    device,
    threads,
    profile,
    noCpuFallback,
    boundedWorkspace: precision === 'fp32',
    // Above `basic`, and with prepacking, the runtime copies weights into layouts of its own instead of mapping them.
    optimization: mapped ? 'basic' : 'all',
    prepacking: !mapped,
    disabledOptimizers: [...sharing, ...folding],
    // The planned block would come on top of what the first run allocated: 0.4 GB at the size of Stable Diffusion 1.5.
    memoryPattern: !mapped,
  };
}

const isArray = (fed: NumberArray | DeviceTensor): fed is NumberArray => ArrayBuffer.isView(fed);

/** The runtime's session for one subgraph. */
interface SubgraphSession {
  /** @param tensors at least those that the subgraph needs */
  run(tensors: Tensors): Promise<Tensors>;
  release(): Promise<void>;
}

async function openSubgraph(subgraph: Subgraph, graph: Graph, options: CompileOptions): Promise<SubgraphSession> {
  const encoded = encodeModel(subgraph, { returnsMemory: isLean(graph, options) });
  const { bytes, root, outputs, constants, widensWeights } = encoded;
  const device = options.device ?? 'cpu';
  let session: RuntimeSession;
  try {
    const model = { bytes, root, outputs: [...outputs.values()] };
    const runtime = await runtimeFor(device, options.runtime);
    const kept = options.kept?.flatMap((name) => outputs.get(name) ?? []);
    const replayed = device === 'cuda' && options.runsOften === true && process.env.LORA_BRIDGE_CUDA_GRAPH === '1';
    session = await runtime.open(model, { ...sessionOptions(graph, widensWeights, options), kept, replayed });
  } catch (cause) {
    const fault = deviceFault(cause, device, 'the model was loaded');
    if (fault.code !== 'internal') throw fault;
    const code = device === 'cpu' ? 'internal' : 'resource.device.missing';
    throw new LoraBridgeError(code, `ONNX Runtime could not load the model on ${device}: ${String(cause)}`, {
      cause,
      hint: 'Run `lora-bridge doctor` to see which devices work here, or use `--device cpu`.',
    });
  }
  const fixed = Array.from(
    constants,
    ([name, data]) => [name, { dtype: 'int64', shape: [data.length], data }] as const,
  );
  return {
    async run(tensors) {
      const fed = Array.from(subgraph.inputs.values(), ({ name }) => name).flatMap((name) => {
        const tensor = tensors[name];
        return tensor ? [[name, tensor] as const] : [];
      });
      const results = await session.run(Object.fromEntries([...fed, ...fixed])).catch((cause: unknown) => {
        throw deviceFault(cause, device, 'computing');
      });
      const named = Array.from(outputs, ([name, inModel]) => [name, results[inModel]] as const);
      return Object.fromEntries(named.flatMap(([name, tensor]) => (tensor ? [[name, tensor]] : [])));
    },
    release: () => session.release(),
  };
}

const bytesOf = (values: Iterable<Value>): number => [...values].reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);

/** A subgraph that runs only when its feeds differ from those of its last runs. */
async function openHoisted(subgraph: Subgraph, graph: Graph, options: CompileOptions) {
  const session = await openSubgraph(subgraph, graph, options);
  const recent = new RecentResults<Tensors>(bytesOf([...subgraph.inputs.values(), ...subgraph.outputs.values()]));
  return {
    run: (feeds: Feeds, tensors: Tensors) =>
      recent.get(
        Array.from(subgraph.inputs.keys())
          .flatMap((name) => feeds[name] ?? [])
          .filter(isArray),
        () => session.run(tensors),
      ),
    release: () => session.release(),
  };
}

/** @throws LoraBridgeError `internal` for a feed that does not fit its input. */
function feedTensors(inputs: Graph['inputs'], feeds: Feeds): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const [name, { dtype, shape }] of inputs) {
    const fed = feeds[name];
    const count = fed && (isArray(fed) ? fed.length : sizeOf(fed.shape));
    if (fed === undefined || count !== sizeOf(shape)) {
      throw new LoraBridgeError('internal', `Input ${name} needs ${sizeOf(shape)} values, not ${count}.`);
    }
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'int64') {
      throw new LoraBridgeError('internal', `Input ${name} has the type ${dtype}, which cannot be fed.`);
    }
    tensors[name] = isArray(fed) ? { dtype, shape, data: fed } : fed;
  }
  return tensors;
}

/**
 * Opens a session for a graph, and one for each group of repeating inputs that something can be hoisted for.
 * @throws LoraBridgeError `resource.device.missing` when the device is missing or rejects the graph; `internal`.
 */
export async function compile(graph: Graph, options: CompileOptions = {}): Promise<CompiledGraph> {
  const repeating = (options.device ?? 'cpu') === 'cpu' ? (options.repeating ?? []) : [];
  const { main, hoisted: subgraphs } = hoist(lower(graph, options), repeating);
  const session = await openSubgraph(main, graph, options);
  const hoisted = await Promise.all(
    subgraphs.map((subgraph, index) => {
      const profile = options.profile === undefined ? {} : { profile: `${options.profile}-hoisted${index}` };
      return openHoisted(subgraph, graph, { ...options, ...profile });
    }),
  );

  const compute = async (feeds: Feeds): Promise<Tensors> => {
    const tensors = feedTensors(graph.inputs, feeds);
    for (const each of hoisted) Object.assign(tensors, await each.run(feeds, tensors));
    return await session.run(tensors);
  };
  return {
    compute,
    async run(feeds) {
      const results = await compute(feeds);
      return Object.fromEntries(
        Array.from(graph.outputs.keys(), (name) => {
          const result = results[name];
          const data = result && 'data' in result ? result.data : undefined;
          if (!(data instanceof Float32Array))
            throw new LoraBridgeError('internal', `Output ${name} stays on the device, or is not float32.`);
          return [name, data];
        }),
      );
    },
    async release() {
      for (const each of [session, ...hoisted]) await each.release();
    },
  };
}
