/** @file ONNX Runtime's library inside the npm package, whose C API the tests use. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onnxruntimeFolder } from '../../../src/engines/native/devices.js';
import type { RuntimeLibrary } from '../../../src/graph/index.js';

const folder = join(onnxruntimeFolder(), 'bin', 'napi-v6', process.platform, process.arch);
const name = readdirSync(folder).find((file) => /^(?:lib)?onnxruntime\.(?:so\.1|dll|1\.dylib)$/.test(file)) ?? '';

export const npmLibrary: RuntimeLibrary = { library: join(folder, name), preload: [] };
