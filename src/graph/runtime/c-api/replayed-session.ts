/**
 * @file A session whose kernels are recorded as a CUDA graph and replayed as one launch: a training step has thousands, and launching each
 * takes longer than running most of them. A recording reads and writes fixed addresses, so inputs are copied to where they were when it
 * was made, and outputs are overwritten by the next run.
 *
 * Not every model can be recorded, and a recording that reads freed memory would compute nonsense silently: the first runs are also done
 * the ordinary way, and where the two differ the recording is discarded.
 */
import { LoraBridgeError } from '../../../errors/lora-bridge-error.js';
import { encodeCopies } from '../../onnx/encode.js';
import type {
  DeviceTensor,
  Model,
  RuntimeSession,
  SessionOptions,
  Tensor,
  TensorElements,
  Tensors,
} from '../runtime.js';
import type { DeviceValues } from './device-values.js';
import type { OrtLibrary, Pointer } from './library.js';
import { OrtSession } from './ort-session.js';
import { emptyValue } from './values.js';

/** Runs that are done both ways, each with different inputs. */
const checkedRuns = 3;
/** Difference between the two that the order of atomic additions explains, relative to the largest element. */
const tolerance = 1e-3;

/** Run options with the number of the recording to make or replay; −1 for none (`gpu_graph_id` in ONNX Runtime). */
function runOptions(library: OrtLibrary, recording: number): Pointer {
  const options = library.create('CreateRunOptions');
  library.call('AddRunConfigEntry', options, 'gpu_graph_id', String(recording));
  return options;
}

function differs(a: TensorElements, b: TensorElements): boolean {
  if (!(a instanceof Float32Array && b instanceof Float32Array)) return String(a) !== String(b);
  const scale = a.reduce((most, number) => (Number.isFinite(number) ? Math.max(most, Math.abs(number)) : most), 0);
  return a.some((number, index) => {
    const other = b[index] ?? Number.NaN;
    return Number.isFinite(number) ? !(Math.abs(number - other) <= tolerance * scale) : Number.isFinite(other);
  });
}

interface Result {
  readonly name: string;
  /** Where the recording writes. */
  readonly value: Pointer;
  readonly tensor: DeviceTensor;
}

class ReplayedSession {
  readonly #library: OrtLibrary;
  readonly #values: DeviceValues;
  readonly #session: OrtSession;
  /** Copies feeds to where the recording reads them. */
  readonly #loader: OrtSession;
  readonly #outputs: readonly string[];
  readonly #options: SessionOptions;
  /** Must outlive what it allocated. */
  readonly #allocator: Pointer;
  readonly #inputs: readonly (readonly [name: string, value: Pointer])[];
  readonly #replay: Pointer;
  readonly #ordinary: Pointer;
  #results: readonly Result[] = [];
  #runs = 0;

  /** @param feeds of the first run: all later ones must have the same types and shapes */
  static async open(
    library: OrtLibrary,
    values: DeviceValues,
    session: OrtSession,
    outputs: readonly string[],
    options: SessionOptions,
    feeds: Tensors,
  ): Promise<ReplayedSession> {
    const copies = Object.entries(feeds).map(([name, { dtype }]) => [name, dtype] as const);
    const { profile, replayed, ...plain } = options;
    const loading = { bytes: encodeCopies(copies), root: undefined, outputs: [] };
    const loader = await OrtSession.open(library, loading, { ...plain, disabledOptimizers: [] });
    return new ReplayedSession(library, values, session, loader, outputs, options, feeds);
  }

  private constructor(
    library: OrtLibrary,
    values: DeviceValues,
    session: OrtSession,
    loader: OrtSession,
    outputs: readonly string[],
    options: SessionOptions,
    feeds: Tensors,
  ) {
    this.#library = library;
    this.#values = values;
    this.#session = session;
    this.#loader = loader;
    this.#outputs = outputs;
    this.#options = options;
    this.#allocator = session.allocator();
    this.#inputs = Object.entries(feeds).map(
      ([name, type]) => [name, emptyValue(library, this.#allocator, type)] as const,
    );
    [this.#replay, this.#ordinary] = [runOptions(library, 0), runOptions(library, -1)];
  }

  get isChecked(): boolean {
    return this.#runs >= checkedRuns;
  }

  /** @throws Error when the recording cannot be made, or differs from an ordinary run */
  async run(feeds: Tensors): Promise<Tensors> {
    const targets = this.#inputs.map(([name, value]) => [`to ${name}`, { value }] as const);
    this.#free(await this.#values.with(feeds, (given) => this.#loader.run(given, targets)));
    const expected = this.isChecked ? [] : await this.#runOrdinary();
    try {
      if (this.#results.length === 0) this.#results = this.#placesFor(expected);
      const places = this.#results.map(({ name, value }) => [name, { value }] as const);
      this.#free(await this.#session.run(this.#inputs, places, this.#replay));
      await this.#compare(expected);
    } finally {
      for (const tensor of expected) tensor.release();
    }
    this.#runs += 1;
    const named = this.#results.map(async ({ name, tensor }): Promise<readonly [string, Tensor]> => {
      const { dtype, shape } = tensor;
      return [name, this.#options.kept?.includes(name) ? tensor : { dtype, shape, data: await tensor.read() }];
    });
    return Object.fromEntries(await Promise.all(named));
  }

  release(): void {
    const library = this.#library;
    this.#free([...this.#inputs.map(([, value]) => value), ...this.#results.map(({ value }) => value)]);
    library.release('ReleaseAllocator', this.#allocator);
    for (const options of [this.#replay, this.#ordinary]) library.release('ReleaseRunOptions', options);
    this.#loader.release();
  }

  async #runOrdinary(): Promise<DeviceTensor[]> {
    const anywhere = this.#outputs.map((name) => [name, 'device'] as const);
    const values = await this.#session.run(this.#inputs, anywhere, this.#ordinary);
    return values.map((value) => this.#values.tensor(value, this.#options.device));
  }

  #placesFor(types: readonly DeviceTensor[]): Result[] {
    return types.map((type, index) => {
      const value = emptyValue(this.#library, this.#allocator, type);
      return { name: this.#outputs[index] ?? '', value, tensor: this.#values.borrowed(value, this.#options.device) };
    });
  }

  async #compare(expected: readonly DeviceTensor[]): Promise<void> {
    for (const [index, { name, tensor }] of this.#results.entries()) {
      const ordinary = expected[index];
      if (ordinary && differs(await ordinary.read(), await tensor.read())) {
        throw new Error(`the recording's ${name} differs from that of an ordinary run`);
      }
    }
  }

  #free(pointers: readonly Pointer[]): void {
    for (const value of pointers) this.#library.release('ReleaseValue', value);
  }
}

/** Opens an ordinary session instead, and emits a process warning that says why. */
async function openInstead(openPlain: () => Promise<RuntimeSession>, why: unknown): Promise<RuntimeSession> {
  const plain = await openPlain();
  process.emitWarning(`Kernels are not recorded as a CUDA graph: ${String(why)}`);
  return plain;
}

/**
 * A session that is recorded in its first run. Where that fails, or the recording is wrong, it continues as an ordinary one.
 * @param openPlain opens that one
 */
export async function openReplayedSession(
  library: OrtLibrary,
  values: DeviceValues,
  model: Model,
  options: SessionOptions,
  openPlain: () => Promise<RuntimeSession>,
): Promise<RuntimeSession> {
  let session: OrtSession | undefined;
  try {
    session = await OrtSession.open(library, model, options);
  } catch (why) {
    return await openInstead(openPlain, why);
  }
  let recorded: ReplayedSession | undefined;
  let plain: RuntimeSession | undefined;
  const free = (): void => {
    recorded?.release();
    session?.release();
    [recorded, session] = [undefined, undefined];
  };
  return {
    async run(feeds) {
      if (session !== undefined) {
        try {
          recorded ??= await ReplayedSession.open(library, values, session, model.outputs, options, feeds);
          return await recorded.run(feeds);
        } catch (why) {
          if (recorded?.isChecked === true) throw why;
          free();
          plain = await openInstead(openPlain, why);
        }
      }
      if (plain === undefined) throw new LoraBridgeError('internal', 'A released session was run.');
      return await plain.run(feeds);
    },
    async release() {
      free();
      await plain?.release();
    },
  };
}
