/** @file The interface of a runtime for ONNX models: it opens a session for a model on a device, and runs it. */
import type { Device } from '../../protocol/train-options.js';
import type { NumberArray } from '../ir/dtype.js';
import type { TensorType } from '../ir/graph.js';

export type { Device };

/** Elements of a tensor, row-major. A Uint16Array holds the bit patterns of 16-bit floats. */
export type TensorElements = NumberArray | Uint16Array;

/** A tensor in the memory of this process. */
export interface HostTensor extends TensorType {
  readonly data: TensorElements;
}

/** A tensor in device memory, which can be fed to any session of the same runtime and device. Only `release` frees it. */
export interface DeviceTensor extends TensorType {
  /** Copies its elements to the host. */
  read(): Promise<TensorElements>;
  /** Frees its memory; it must not be used afterwards. */
  release(): void;
}

export type Tensor = HostTensor | DeviceTensor;
export type Tensors = Readonly<Record<string, Tensor>>;

/** An encoded ONNX model. */
export interface Model {
  readonly bytes: Uint8Array;
  /** The folder that paths of weight files are relative to; undefined when it has none. */
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
  /** Names of the runtime's optimisation passes that must not run. */
  readonly disabledOptimizers: readonly string[];
  /** Whether the runtime may keep copies of weights in the layout of its kernels. */
  readonly prepacking: boolean;
  /** Whether the memory of a run is planned as one block from the second run on. */
  readonly memoryPattern: boolean;
  /** Whether the device's libraries get only a small workspace for each convolution. Default: no. */
  readonly boundedWorkspace?: boolean | undefined;
  /** Prefix of the file that the times of all nodes are written to when the session is released. */
  readonly profile?: string | undefined;
  /** Outputs that stay on the device, as device tensors. */
  readonly kept?: readonly string[] | undefined;
  /** Reject a model with nodes that the device cannot compute, instead of running those on the CPU. Default: no. */
  readonly noCpuFallback?: boolean | undefined;
  /**
   * Whether its kernels may be recorded and replayed, where the runtime supports that. Each input must then keep the shape that it had in
   * the first run, and outputs that stay on the device are overwritten by the next run.
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
  /** Frees its memory. Tensors that it returned stay valid. */
  release(): Promise<void>;
}

export interface Runtime {
  /** For display. */
  readonly name: string;
  /** @throws Error with the runtime's own message, as do its sessions */
  open(model: Model, options: SessionOptions): Promise<RuntimeSession>;
}

/** A build of ONNX Runtime to be used instead of the embedded one, through its C API. */
export interface RuntimeLibrary {
  /** Path of its shared library; its providers are in the same folder. */
  readonly library: string;
  /** Paths of other libraries that its providers need, in loading order. */
  readonly preload: readonly string[];
}
