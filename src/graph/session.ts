/** @file Runs graphs on ONNX Runtime. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { deviceFault } from './device-fault.js';
import type { NumberArray } from './dtype.js';
import type { Graph, Value } from './graph.js';
import { fewerMultiplications } from './lowering/convolutions.js';
import { plainAttention } from './lowering/plain-attention.js';
import { plainProducts } from './lowering/plain-products.js';
import { splitPreludes } from './lowering/preludes.js';
import { encodeModel, type Part, replaceNodes } from './onnx/encode.js';
import { RecentResults } from './recent-results.js';
import { sizeOf } from './shape.js';

export type Device = 'cpu' | 'cuda' | 'webgpu';

export interface CompileOptions {
  readonly device?: Device;
  /** CPU threads. Default: as many as there are cores. */
  readonly threads?: number;
  /** Computes again, where it can, what is otherwise kept from forward to backward; who builds the graph may do more. */
  readonly lowMemory?: boolean;
  /**
   * ONNX Runtime writes how long each node took, when the session is released, to a file whose path begins like this and goes on
   * with `_`; for each group of `repeating` that has something to compute, to one more that goes on with `-prelude0_` and so on.
   */
  readonly profile?: string;
  /**
   * Groups of inputs, by their names, whose numbers are often those of an earlier run. What depends on one group alone is computed
   * only where its numbers are not those of one of the last runs. Inputs that the graph does not have are passed over. Only done on
   * a CPU: a GPU computes that much sooner than it is fed the results.
   */
  readonly repeating?: readonly (readonly string[])[];
}

type Feeds = Readonly<Record<string, NumberArray>>;

/** A graph that is ready to run. */
export interface CompiledGraph {
  /**
   * Runs once. The event loop stands still meanwhile.
   * @param feeds the numbers of every input, row-major, by the input's name
   * @returns the numbers of every output by its name; all outputs are float32
   */
  run(feeds: Feeds): Promise<Record<string, Float32Array>>;
  /** Frees its memory. */
  release(): Promise<void>;
}

/** On CPUs, large models take Winograd's convolutions and give back memory. GPUs have their own ways, small models no need. */
const isLean = (graph: Graph, { device = 'cpu' }: CompileOptions) =>
  device === 'cpu' && graph.weightStorage === 'mapped';

/** The graph in nodes that suit the device. */
function lowered(graph: Graph, options: CompileOptions): Part {
  if (options.device === 'webgpu')
    return replaceNodes(graph, new Map([...plainAttention(graph), ...plainProducts(graph)]));
  return isLean(graph, options) ? replaceNodes(graph, fewerMultiplications(graph, options.lowMemory)) : graph;
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

type Tensors = Readonly<Record<string, Tensor>>;

/** One session of ONNX Runtime, for a part of a graph. */
interface PartSession {
  /** @param tensors all that the part needs, and perhaps others */
  run(tensors: Tensors): Promise<Tensors>;
  release(): Promise<void>;
}

async function openPart(part: Part, graph: Graph, options: CompileOptions): Promise<PartSession> {
  const { bytes, root, outputs, constants, halfWeights } = encodeModel(part, { returnsMemory: isLean(graph, options) });
  const device = options.device ?? 'cpu';
  let session: InferenceSession;
  try {
    session = await createSession(bytes, root, sessionOptions(graph, halfWeights, options));
  } catch (cause) {
    const fault = deviceFault(cause, device, 'the model was loaded');
    if (fault.code !== 'internal') throw fault;
    const code = device === 'cpu' ? 'internal' : 'resource.device.missing';
    throw new LoraBridgeError(code, `ONNX Runtime could not load the model on ${device}: ${String(cause)}`, {
      cause,
      hint: 'Run `lora-bridge doctor` to see which devices work here, or use `--device cpu`.',
    });
  }
  const fixed = Array.from(constants, ([name, data]) => [name, new Tensor('int64', data, [data.length])] as const);
  return {
    async run(tensors) {
      const results = await session.run({ ...tensors, ...Object.fromEntries(fixed) }).catch((cause: unknown) => {
        throw deviceFault(cause, device, 'computing');
      });
      const named = Array.from(outputs, ([name, inModel]) => [name, results[inModel]] as const);
      return Object.fromEntries(named.flatMap(([name, tensor]) => (tensor ? [[name, tensor]] : [])));
    },
    async release() {
      if (options.profile !== undefined) session.endProfiling();
      await session.release();
    },
  };
}

const bytesOf = (values: Iterable<Value>): number => [...values].reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);

/** A part that is run only for numbers that are not those of one of its last runs. */
async function openPrelude(part: Part, graph: Graph, options: CompileOptions) {
  const session = await openPart(part, graph, options);
  const recent = new RecentResults<Tensors>(bytesOf([...part.inputs.values(), ...part.outputs.values()]));
  return {
    run: (feeds: Feeds, tensors: Tensors) =>
      recent.get(
        Array.from(part.inputs.keys()).flatMap((name) => feeds[name] ?? []),
        () => session.run(tensors),
      ),
    release: () => session.release(),
  };
}

/** @throws LoraBridgeError `internal` for numbers that do not fit an input. */
function feedTensors(inputs: Graph['inputs'], feeds: Feeds): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  for (const [name, { dtype, shape }] of inputs) {
    const data = feeds[name];
    if (data?.length !== sizeOf(shape)) {
      throw new LoraBridgeError('internal', `Input ${name} needs ${sizeOf(shape)} numbers, not ${data?.length}.`);
    }
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'int64') {
      throw new LoraBridgeError('internal', `Input ${name} has the type ${dtype}, which cannot be fed.`);
    }
    tensors[name] = new Tensor(dtype, data, shape);
  }
  return tensors;
}

/**
 * Makes a session of a graph, and one more for each group of inputs of which something is computed once.
 * @throws LoraBridgeError `resource.device.missing` when the device is not there or refuses the graph; `internal`.
 */
export async function compile(graph: Graph, options: CompileOptions = {}): Promise<CompiledGraph> {
  const repeating = (options.device ?? 'cpu') === 'cpu' ? (options.repeating ?? []) : [];
  const { main, preludes: parts } = splitPreludes(lowered(graph, options), repeating);
  const session = await openPart(main, graph, options);
  const preludes = await Promise.all(
    parts.map((part, index) => {
      const profile = options.profile === undefined ? {} : { profile: `${options.profile}-prelude${index}` };
      return openPrelude(part, graph, { ...options, ...profile });
    }),
  );

  return {
    async run(feeds) {
      const tensors = feedTensors(graph.inputs, feeds);
      for (const prelude of preludes) Object.assign(tensors, await prelude.run(feeds, tensors));
      const results = await session.run(tensors);
      return Object.fromEntries(
        Array.from(graph.outputs.keys(), (name) => {
          const data = results[name]?.data;
          if (!(data instanceof Float32Array)) throw new LoraBridgeError('internal', `Output ${name} is not float32.`);
          return [name, data];
        }),
      );
    },
    async release() {
      for (const each of [session, ...preludes]) await each.release();
    },
  };
}
