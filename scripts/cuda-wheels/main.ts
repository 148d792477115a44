/** @file Writes `src/engines/native/cuda/locked-wheels.ts` by asking PyPI for the packages of `pins.ts`. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type CudaMachine, cudaMachines, cudaVersions } from '../../src/engines/native/cuda/cuda-version.js';
import type { LibraryWheel } from '../../src/engines/native/cuda/library-wheel.js';
import { leftOut, libraries, libraryName, pins } from './pins.js';
import { remoteParts } from './remote-parts.js';

const page = z.object({
  files: z.array(
    z.object({ filename: z.string(), url: z.string(), size: z.int(), hashes: z.object({ sha256: z.string() }) }),
  ),
});

/** The libraries are the same in the wheels for all versions of Python: one has to be chosen. */
const tags: Readonly<Record<CudaMachine, RegExp>> = {
  'linux-x64': /-(py3-none|cp312-cp312)-manylinux\w*_x86_64[.\w]*\.whl$/,
  'win32-x64': /-(py3-none|cp312-cp312)-win_amd64\.whl$/,
};

async function lock(distribution: string, version: string, machine: CudaMachine): Promise<LibraryWheel> {
  const address = `https://pypi.org/simple/${distribution}/`;
  const response = await fetch(address, { headers: { Accept: 'application/vnd.pypi.simple.v1+json' } });
  const { files } = page.parse(await response.json());
  const file = files.find(({ filename }) => filename.includes(`-${version}-`) && tags[machine].test(filename));
  if (file === undefined) throw new Error(`${address} has no ${version} for ${machine}.`);
  const place = (path: string): number => libraries.indexOf(libraryName(path) ?? '');
  const parts = [...(await remoteParts(file.url, file.size))].filter(([path]) => place(path) >= 0);
  return {
    distribution,
    version,
    file: file.filename,
    sha256: file.hashes.sha256,
    bytes: file.size,
    libraries: Object.fromEntries(parts.sort(([a], [b]) => place(a) - place(b))),
  };
}

const table: Record<string, Record<string, LibraryWheel[]>> = {};
for (const cuda of cudaVersions) {
  const machines: Record<string, LibraryWheel[]> = {};
  for (const machine of cudaMachines) {
    const wanted = Object.entries(pins[cuda]).filter(([name]) => !leftOut[machine].includes(name));
    machines[machine] = await Promise.all(wanted.map(([name, version]) => lock(name, version, machine)));
  }
  table[cuda] = machines;
}

const target = fileURLToPath(new URL('../../src/engines/native/cuda/locked-wheels.ts', import.meta.url));
writeFileSync(
  target,
  `/**
 * @file The wheels of ONNX Runtime and of NVIDIA's libraries: written by \`npm run cuda-wheels\`, which asks PyPI.
 * Libraries are in an order in which they can be loaded; ONNX Runtime itself is the last.
 */
import type { CudaMachine, CudaVersion } from './cuda-version.js';
import type { LibraryWheel } from './library-wheel.js';

export const lockedWheels: Readonly<Record<CudaVersion, Readonly<Record<CudaMachine, readonly LibraryWheel[]>>>> = ${JSON.stringify(table)};
`,
);
execFileSync('npx', ['biome', 'check', '--write', target], { shell: process.platform === 'win32' });
