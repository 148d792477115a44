/** @file What the fakes of NVIDIA's libraries do, in C: one GPU of 24 GB whose memory is that of this process, and no kernel runs. */

interface FakeFunction {
  readonly parameters: string;
  readonly body: string;
}

const returns = (value: string): FakeFunction => ({ parameters: 'void', body: `return ${value};` });
const writes = (type: string, value: string): FakeFunction => ({
  parameters: `${type} *out`,
  body: `*out = ${value}; return 0;`,
});

/** For whatever is made: streams, events, handles, descriptors. */
const handle = writes('void *', 'something');
const text = returns('(long)"a fake"');
const memory: FakeFunction = { parameters: 'void **out, size_t bytes', body: '*out = calloc(1, bytes); return 0;' };
const free: FakeFunction = { parameters: 'void *memory', body: 'free(memory); return 0;' };
const copy: FakeFunction = {
  parameters: 'void *to, const void *from, size_t bytes',
  body: 'memcpy(to, from, bytes); return 0;',
};
const fill: FakeFunction = {
  parameters: 'void *to, int value, size_t bytes',
  body: 'memset(to, value, bytes); return 0;',
};

/** struct cudaDeviceProp, from which ONNX Runtime takes memory, limits of a block, compute capability and multiprocessors. */
const properties: FakeFunction = {
  parameters: 'char *out',
  body: `
  memset(out, 0, 900);
  strcpy(out, "a fake");
  *(size_t *)(out + 288) = (size_t)24 << 30;
  *(size_t *)(out + 296) = 48 << 10;
  *(int *)(out + 304) = 64 << 10;
  *(int *)(out + 308) = 32;
  for (int *limit = (int *)(out + 320); limit < (int *)(out + 348); limit++) *limit = 1024;
  *(size_t *)(out + 352) = 64 << 10;
  *(int *)(out + 360) = 8;
  *(int *)(out + 364) = 9;
  // CUDA 13 and 12 have it at different places.
  *(int *)(out + 384) = *(int *)(out + 388) = 128;
  return 0;`,
};

const functions: Readonly<Record<string, FakeFunction>> = {
  cudaGetDeviceCount: writes('int', '1'),
  cudaGetDevice: writes('int', '0'),
  cudaRuntimeGetVersion: writes('int', '13000'),
  cudaDriverGetVersion: writes('int', '13000'),
  cudaGetDeviceProperties: properties,
  cudaGetDeviceProperties_v2: properties,
  // 75 and 76 are the compute capability.
  cudaDeviceGetAttribute: {
    parameters: 'int *out, int attribute',
    body: '*out = attribute == 75 ? 8 : attribute == 76 ? 9 : 1024; return 0;',
  },
  cudaMemGetInfo: { parameters: 'size_t *free, size_t *all', body: '*free = *all = (size_t)24 << 30; return 0;' },
  cudaMalloc: memory,
  cudaMallocHost: memory,
  cudaHostAlloc: memory,
  cudaMallocFromPoolAsync: memory,
  cudaFree: free,
  cudaFreeHost: free,
  cudaFreeAsync: free,
  cudaMemcpy: copy,
  cudaMemcpyAsync: copy,
  cudaMemset: fill,
  cudaMemsetAsync: fill,
  cudaStreamCreate: handle,
  cudaStreamCreateWithFlags: handle,
  cudaEventCreate: handle,
  cudaEventCreateWithFlags: handle,
  cudaMemPoolCreate: handle,
  cublasCreate_v2: handle,
  cublasLtCreate: handle,
  cudaGetErrorString: text,
  cudaGetErrorName: text,
  cublasGetStatusString: text,
  cublasGetStatusName: text,
  cudnnGetErrorString: text,
  cudnnGetVersion: returns('91000'),
  __cudaRegisterFatBinary: returns('(long)something'),
  // Other than 0: the kernel behind it is not launched.
  __cudaPushCallConfiguration: returns('1'),
};

/** What stands in for a function; one that is not named here returns 0, which means success in every library. */
export function fakeOf(name: string): FakeFunction {
  // cudnnCreate, cudnnCreateTensorDescriptor …
  return functions[name] ?? (name.startsWith('cudnnCreate') ? handle : returns('0'));
}
