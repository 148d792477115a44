/** @file Builds libraries with which ONNX Runtime's CUDA provider opens sessions where there is no GPU. Needs a C compiler and nm. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeOf } from './fake-functions.js';

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });

/** Names of functions that the provider takes from each of NVIDIA's libraries, by the library's name. */
function functionsOf(provider: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>([
    // These are loaded without any function being taken by name, or have no version to know them by.
    ['libcurand.so.10', new Set(['curandCreateGenerator'])],
    ['libcuda.so.1', new Set(['cuTensorMapEncodeTiled'])],
    // The provider for CUDA 13 asks for cuDNN only when it needs it, by names that are strings in its file.
    ['libcudnn.so.9', new Set(run('strings', '-n', '6', provider).match(/^cudnn[A-Z]\w+$/gm))],
  ]);
  for (const [, name = '', library = ''] of run('nm', '-D', '--undefined-only', provider).matchAll(
    /(\w+)@(lib(?:cu|nv)\w+\.so\.\d+)$/gm,
  ))
    found.set(library, (found.get(library) ?? new Set()).add(name));
  return found;
}

/** Builds a fake of each library that a provider needs. @returns their paths */
export function buildFakes(provider: string, folder: string): string[] {
  return [...functionsOf(provider)].map(([library, names]) => {
    const file = join(folder, library);
    const source = ['#include <stdlib.h>', '#include <string.h>', 'static char something[64];'];
    for (const name of names) {
      const { parameters, body } = fakeOf(name);
      source.push(`long ${name}(${parameters}) { ${body} }`);
    }
    writeFileSync(`${file}.c`, `${source.join('\n')}\n`);
    writeFileSync(`${file}.map`, `${library} { global: *; };\n`);
    // The driver's functions have no versions.
    const versions = library === 'libcuda.so.1' ? [] : [`-Wl,--version-script=${file}.map`];
    const flags = ['-w', '-fno-builtin', '-shared', '-fPIC', `-Wl,-soname,${library}`, ...versions];
    run('cc', ...flags, '-o', file, `${file}.c`);
    return file;
  });
}
