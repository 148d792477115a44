/** @file ONNX Runtime's shared library, called through koffi. */
import type { LibraryHandle, TypeObject } from 'koffi';
import { LoraBridgeError } from '../../../errors/lora-bridge-error.js';
import type { RuntimeLibrary } from '../runtime.js';
import {
  apiVersion,
  type FunctionName,
  functions,
  type Parameter,
  type ReleaseFunction,
  type StatusFunction,
} from './functions.js';
import { endWithoutTeardown } from './process-end.js';

/** An address in this process; null is none. */
export type Pointer = bigint | null;

export type Argument = Pointer | number | string | ArrayBufferView | readonly string[] | (Pointer | number)[];

/**
 * Fatal errors only: every failure is also a status, which becomes an Error. cuDNN logs an error for each plan that it rejects before it
 * finds one: 531 lines in three minutes on an H100.
 */
export const logSeverity = 4;

type Koffi = typeof import('koffi').default;
interface Native {
  (...given: Argument[]): Pointer | string;
  readonly async: (...givenAndCallback: unknown[]) => void;
}

/** Stacks for koffi's calls. Its default of 128 KiB is too small for compilers of GPU kernels. */
const memory = { sync_stack_size: 16 * 2 ** 20, async_stack_size: 16 * 2 ** 20, resident_async_pools: 1 } as const;

/** koffi can be configured only once. */
let imported: Promise<Koffi> | undefined;

function importKoffi(): Promise<Koffi> {
  imported ??= import('koffi').then(
    ({ default: koffi }) => {
      koffi.config({ ...koffi.config(), ...memory });
      return koffi;
    },
    (cause: unknown) => {
      throw new LoraBridgeError('resource.device.missing', `The package koffi cannot be loaded: ${String(cause)}`, {
        cause,
        hint: 'Install lora-bridge again, with its optional packages (`npm install --include=optional`).',
      });
    },
  );
  return imported;
}

/** Keeps the handles: a library is unloaded once its handle is garbage-collected. */
const loadedForGood: LibraryHandle[] = [];

function loadLibrary(koffi: Koffi, path: string): LibraryHandle {
  try {
    const handle = koffi.load(path);
    loadedForGood.push(handle);
    return handle;
  } catch (cause) {
    throw new LoraBridgeError('resource.device.missing', `${path} cannot be loaded: ${String(cause)}`, {
      cause,
      file: path,
      hint: 'Install it again: `lora-bridge engine update cuda`.',
    });
  }
}

function parameterType(koffi: Koffi, parameter: Parameter) {
  switch (parameter) {
    case 'pointer':
      return 'void *';
    case 'text':
      return 'str';
    case 'wide':
      return process.platform === 'win32' ? 'str16' : 'str';
    case 'int':
      return 'int';
    case 'size':
      return 'size_t';
    case 'out':
      return koffi.out(koffi.pointer('void', 2));
    case 'outCount':
      return koffi.out(koffi.pointer('size_t'));
    case 'outInt':
      return koffi.out(koffi.pointer('int'));
    case 'texts':
      return 'const char **';
  }
}

const resultTypes = { status: 'void *', text: 'str', nothing: 'void' } as const;

function prototype(koffi: Koffi, name: FunctionName): TypeObject {
  const { result, parameters } = functions[name];
  return koffi.proto(
    resultTypes[result],
    parameters.map((parameter) => parameterType(koffi, parameter)),
  );
}

/** ONNX Runtime's functions. Those that return a status throw an Error with its message instead. */
export class OrtLibrary {
  readonly #koffi: Koffi;
  readonly #natives = new Map<FunctionName, Native>();
  readonly #inUse = new Set<readonly Argument[]>();
  /** The environment of all sessions, and the allocator of what the library returns; both live as long as the process. */
  readonly environment: Pointer;
  readonly allocator: Pointer;
  /** For example `1.30.0`. */
  readonly version: string;

  /** @throws LoraBridgeError `resource.device.missing` naming the library that cannot be loaded, or is too old */
  static async load({ library, preload }: RuntimeLibrary): Promise<OrtLibrary> {
    const koffi = await importKoffi();
    // ONNX Runtime's providers look these up by name: once loaded, they are found in whatever folder they are.
    for (const path of preload) loadLibrary(koffi, path);
    return new OrtLibrary(koffi, library);
  }

  private constructor(koffi: Koffi, path: string) {
    this.#koffi = koffi;
    const base = loadLibrary(koffi, path).func('OrtGetApiBase', 'void *', [])() as Pointer;
    // struct OrtApiBase { GetApi, GetVersionString }
    const [getApi, getVersion] = koffi.decode(base, 'void *', 2) as [Pointer, Pointer];
    this.version = koffi.call(getVersion, koffi.proto('str', [])) as string;
    const api = koffi.call(getApi, koffi.proto('void *', ['uint32_t']), apiVersion) as Pointer;
    if (api === null) {
      throw new LoraBridgeError(
        'resource.device.missing',
        `${path} is ONNX Runtime ${this.version}, which is too old.`,
        {
          hint: 'Use ONNX Runtime 1.23 or newer.',
        },
      );
    }
    for (const name of Object.keys(functions) as FunctionName[]) {
      const pointer = koffi.decode(api, functions[name].index * koffi.sizeof('void *'), 'void *') as Pointer;
      this.#natives.set(name, koffi.decode(pointer, prototype(koffi, name)) as Native);
    }
    this.environment = this.create('CreateEnv', logSeverity, 'lora-bridge');
    this.call('DisableTelemetryEvents', this.environment);
    this.allocator = this.create('GetAllocatorWithDefaultOptions');
  }

  #native(name: FunctionName): Native {
    const native = this.#natives.get(name);
    if (native === undefined) throw new LoraBridgeError('internal', `${name} is not bound.`);
    return native;
  }

  #check(status: Pointer | string): void {
    if (status === null || typeof status === 'string') return;
    const message = this.#native('GetErrorMessage')(status);
    this.release('ReleaseStatus', status);
    throw new Error(String(message));
  }

  /** Calls on this thread. */
  call(name: StatusFunction, ...given: Argument[]): void {
    this.#check(this.#native(name)(...given));
  }

  /** Calls on another thread. Arguments must not change until it returns. */
  async callAsync(name: StatusFunction, ...given: Argument[]): Promise<void> {
    const native = this.#native(name);
    // koffi does not keep typed arrays from being collected.
    this.#inUse.add(given);
    try {
      const status = await new Promise<Pointer | string>((resolve, reject) => {
        native.async(...given, (error: unknown, result: Pointer | string) => (error ? reject(error) : resolve(result)));
      });
      this.#check(status);
    } finally {
      this.#inUse.delete(given);
    }
  }

  /** Calls a function whose last parameter is an output pointer; returns the pointer. */
  create(name: StatusFunction, ...given: Argument[]): Pointer {
    const out: (Pointer | number)[] = [null];
    this.call(name, ...given, out);
    return out[0] as Pointer;
  }

  /** Calls a function whose last parameter is an output number; returns the number. */
  read(name: StatusFunction, ...given: Argument[]): number {
    const out: (Pointer | number)[] = [0];
    this.call(name, ...given, out);
    return Number(out[0]);
  }

  release(name: ReleaseFunction, pointer: Pointer): void {
    this.#native(name)(pointer);
  }

  /** To be called before the first session on a GPU is opened: see `process-end.ts`. */
  prepareForGpu(): void {
    endWithoutTeardown(this.#koffi);
  }

  /** Memory of the library, not a copy: it must not be accessed once the library has freed it. */
  view(pointer: Pointer, bytes: number): Uint8Array {
    return new Uint8Array(this.#koffi.view(pointer, bytes));
  }

  /** Calls a function that returns an array of pointers through its last two parameters; returns the pointers. */
  takeArray(name: StatusFunction, ...given: Argument[]): Pointer[] {
    const array: (Pointer | number)[] = [null];
    const count: (Pointer | number)[] = [0];
    this.call(name, ...given, array, count);
    const pointers = this.#koffi.decode(array[0], 'void *', Number(count[0])) as Pointer[];
    this.call('AllocatorFree', this.allocator, array[0] ?? null);
    return pointers;
  }
}
