/** @file What a runtime of ONNX models is to this program: it opens a session of a model on a device, and runs it. */
import type { Device } from '../../protocol/train-options.js';
import type { NumberArray } from '../ir/dtype.js';
import type { TensorType } from '../ir/graph.js';

export type { Device };

/** Numbers of a tensor, row-major. A Uint16Array holds 16-bit floats bit by bit. */
export type TensorElements = NumberArray | Uint16Array;

/** A tensor in the memory of this process. */
export interface HostTensor extends TensorType {
  readonly data: TensorElements;
}

/** A tensor where it was computed, to be fed to any session of the same runtime and device. Only `release` frees it. */
export interface DeviceTensor extends TensorType {
  /** A copy of its numbers. */
  read(): Promise<TensorElements>;
  /** Frees its memory; it must not be used any more. */
  release(): void;
}

export type Tensor = HostTensor | DeviceTensor;
export type Tensors = Readonly<Record<string, Tensor>>;

/** An encoded ONNX model. */
export interface Model {
  readonly bytes: Uint8Array;
  /** The folder that its names of weight files are relative to; undefined when it has none. */
  readonly root: string | undefined;
  /** Names of its outputs. */
  readonly outputs: readonly string[];
}

export interface SessionOptions {
  readonly device: Device;
  /** CPU threads. Default: as many as there are cores. */
  readonly threads?: number | undefined;
  /** How far the runtime may rewrite the model. Above `basic` it copies weights into layouts of its own. */
  readonly optimization: 'basic' | 'all';
  /** Names of the runtime's rewriting passes that must not run. */
  readonly disabledOptimizers: readonly string[];
  /** Whether the runtime may keep copies of weights in the order that its kernels read them. */
  readonly prepacking: boolean;
  /** Whether the memory of a run is planned as one block from the second run on. */
  readonly memoryPattern: boolean;
  /** Whether the device's libraries must do with little working memory for each convolution. Default: no. */
  readonly boundedWorkspace?: boolean | undefined;
  /** Where the times of all nodes are written when the session is released: a path's beginning. */
  readonly profile?: string | undefined;
  /** Outputs that stay where they are computed, as device tensors. */
  readonly kept?: readonly string[] | undefined;
  /** Refuse a model with nodes that the device cannot compute, instead of computing those on the CPU. Default: no. */
  readonly noCpuFallback?: boolean | undefined;
  /**
   * Whether its kernels may be recorded and replayed, where the runtime can. Each input must then always have the shape that it had
   * in the first run, and what is kept holds its numbers only until the next run.
   */
  readonly replayed?: boolean | undefined;
}

export interface RuntimeSession {
  /**
   * Runs the model once.
   * @param feeds a tensor for each of the model's inputs, and no others
   * @returns a tensor for each of its outputs
   */
  run(feeds: Tensors): Promise<Tensors>;
  /** Frees its memory. Tensors that it returned stay. */
  release(): Promise<void>;
}

export interface Runtime {
  /** For people. */
  readonly name: string;
  /** @throws Error in the runtime's own words, as all that its sessions throw */
  open(model: Model, options: SessionOptions): Promise<RuntimeSession>;
}

/** A build of ONNX Runtime to be used instead of the embedded one, through its C API. */
export interface RuntimeLibrary {
  /** Path of its shared library; its providers are in the same folder. */
  readonly library: string;
  /** Paths of other libraries that its providers need, in an order in which they can be loaded. */
  readonly preload: readonly string[];
}
