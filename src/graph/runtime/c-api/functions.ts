/**
 * @file The functions of ONNX Runtime's C API that are used here. Its entry point returns a table of pointers, `OrtApi`, which new versions
 * only append to; an index is the position in onnxruntime_c_api.h (`scripts/verify/onnxruntime-api.ts` compares).
 */

/** The requested version of the API: that of ONNX Runtime 1.23, whose table holds all functions below. Later libraries support it too. */
export const apiVersion = 23;

/**
 * How a parameter is passed. `pointer`: an address, a typed array or null; `wide`: a path, UTF-16 on Windows; `out`: a pointer is written
 * there; `outCount` and `outInt`: a size or an int is; `texts`: an array of strings.
 */
export type Parameter = 'pointer' | 'text' | 'wide' | 'int' | 'size' | 'out' | 'outCount' | 'outInt' | 'texts';

interface Signature {
  readonly index: number;
  /** `status`: a pointer to an OrtStatus, null for success. */
  readonly result: 'status' | 'text' | 'nothing';
  readonly parameters: readonly Parameter[];
}

const status = (index: number, ...parameters: Parameter[]) => ({ index, result: 'status', parameters }) as const;
const release = (index: number) => ({ index, result: 'nothing', parameters: ['pointer'] }) as const;

export const functions = {
  GetErrorMessage: { index: 2, result: 'text', parameters: ['pointer'] },
  CreateEnv: status(3, 'int', 'text', 'out'),
  DisableTelemetryEvents: status(6, 'pointer'),
  CreateSessionFromArray: status(8, 'pointer', 'pointer', 'size', 'pointer', 'out'),
  CreateSessionOptions: status(10, 'out'),
  EnableProfiling: status(14, 'pointer', 'wide'),
  EnableMemPattern: status(16, 'pointer'),
  DisableMemPattern: status(17, 'pointer'),
  SetSessionLogSeverityLevel: status(22, 'pointer', 'int'),
  SetSessionGraphOptimizationLevel: status(23, 'pointer', 'int'),
  SetIntraOpNumThreads: status(24, 'pointer', 'int'),
  SetInterOpNumThreads: status(25, 'pointer', 'int'),
  CreateRunOptions: status(39, 'out'),
  CreateTensorAsOrtValue: status(48, 'pointer', 'pointer', 'size', 'int', 'out'),
  GetTensorMutableData: status(51, 'pointer', 'out'),
  GetTensorElementType: status(60, 'pointer', 'outInt'),
  GetDimensionsCount: status(61, 'pointer', 'outCount'),
  GetDimensions: status(62, 'pointer', 'pointer', 'size'),
  GetTensorTypeAndShape: status(65, 'pointer', 'out'),
  CreateMemoryInfo: status(68, 'text', 'int', 'int', 'int', 'out'),
  AllocatorFree: status(76, 'pointer', 'pointer'),
  GetAllocatorWithDefaultOptions: status(78, 'out'),
  ReleaseStatus: release(93),
  ReleaseMemoryInfo: release(94),
  ReleaseSession: release(95),
  ReleaseValue: release(96),
  ReleaseRunOptions: release(97),
  ReleaseTensorTypeAndShapeInfo: release(99),
  ReleaseSessionOptions: release(100),
  SessionEndProfiling: status(110, 'pointer', 'pointer', 'out'),
  AddSessionConfigEntry: status(130, 'pointer', 'text', 'text'),
  CreateAllocator: status(131, 'pointer', 'pointer', 'out'),
  ReleaseAllocator: release(132),
  RunWithBinding: status(133, 'pointer', 'pointer', 'pointer'),
  CreateIoBinding: status(134, 'pointer', 'out'),
  ReleaseIoBinding: release(135),
  BindInput: status(136, 'pointer', 'text', 'pointer'),
  BindOutput: status(137, 'pointer', 'text', 'pointer'),
  BindOutputToDevice: status(138, 'pointer', 'text', 'pointer'),
  GetBoundOutputValues: status(140, 'pointer', 'pointer', 'out', 'outCount'),
  AddRunConfigEntry: status(165, 'pointer', 'text', 'text'),
  SessionOptionsAppendExecutionProvider_CUDA_V2: status(204, 'pointer', 'pointer'),
  CreateCUDAProviderOptions: status(205, 'out'),
  UpdateCUDAProviderOptions: status(206, 'pointer', 'texts', 'texts', 'size'),
  ReleaseCUDAProviderOptions: release(208),
} as const satisfies Record<string, Signature>;

export type FunctionName = keyof typeof functions;

type NameOf<Result extends Signature['result']> = {
  [Name in FunctionName]: (typeof functions)[Name]['result'] extends Result ? Name : never;
}[FunctionName];

export type StatusFunction = NameOf<'status'>;
export type ReleaseFunction = NameOf<'nothing'>;
