/** @file ONNX Runtime with CUDA, from the wheel `onnxruntime-gpu`. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { PackedProvider } from '../kit.js';
import { keepArchitecture } from './fatbin.js';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const provider = 'libonnxruntime_providers_cuda.so';

/**
 * Puts the libraries of the wheel into `folder`.
 * @param architecture 90 leaves in the provider only the code that cards of sm_90 run
 */
export function placeProvider(wheel: string, folder: string, architecture: number | undefined): PackedProvider {
  mkdirSync(folder, { recursive: true });
  execFileSync('python3', ['-c', extract, wheel, folder]);
  const file = readFileSync(join(folder, provider));
  const original = sha256(file);
  if (architecture === undefined) return { wheel: basename(wheel), original };
  keepArchitecture(file, architecture);
  writeFileSync(join(folder, provider), file);
  return { wheel: basename(wheel), original, architecture: `sm_${architecture}`, thinned: sha256(file) };
}

/** Takes the runtime and its providers from a wheel, except that of TensorRT. */
const extract = `
import pathlib, sys, zipfile
wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for member in archive.namelist():
        name = member.split("/")[-1]
        if "/capi/libonnxruntime" in member and "tensorrt" not in name:
            pathlib.Path(folder, name).write_bytes(archive.read(member))
`;
