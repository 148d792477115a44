/** @file Compiles the C# assemblies into `.cache/csharp/bin`, those only whose sources or references have changed. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeRuntimeConfig } from '../../test/unity/kit/install.js';
import { type Assembly, readAssemblies } from './assembly.js';
import { cacheFolder, installLibraries, type Outcome, type Toolchain } from './toolchain.js';

const runnerSource = fileURLToPath(new URL('../../test/unity/kit/NUnitRunner.cs', import.meta.url));

/** As Unity 2022.3's editor defines them. */
const defines = [
  'UNITY_EDITOR',
  'UNITY_INCLUDE_TESTS',
  'UNITY_2022_3',
  'UNITY_2022_3_OR_NEWER',
  'UNITY_2021_3_OR_NEWER',
];

// 0169 and 0649: fields that Unity fills. 1701, 1702: versions of the class library.
export const compilerOptions = [
  '-langversion:9',
  '-nostdlib',
  '-deterministic',
  '-debug:portable',
  '-optimize+',
  '-warnaserror',
  '-nowarn:0169,0649,1701,1702',
];

export interface Build extends Outcome {
  /** Paths of the assemblies with tests. */
  readonly tests: readonly string[];
  /** Runs the tests of an assembly. */
  readonly runner: string;
  /** Paths of the other programs, by the name of their assembly. */
  readonly programs: ReadonlyMap<string, string>;
}

interface Task {
  readonly output: string;
  readonly responseFile: string;
  /** The compiler's options. */
  readonly text: string;
  readonly keyFile: string;
  /** Differs when the assembly has to be compiled again. */
  readonly key: string;
}

const runner: Assembly = {
  name: 'NUnitRunner',
  folder: '',
  sources: [runnerSource],
  references: [],
  libraries: ['nunit.framework.dll'],
  unsafe: false,
  standard: false,
  hasTests: false,
  isProgram: true,
};

/** Builds everything that is out of date. Does not throw for a compiler's errors: they are in `output`. */
export function buildAssemblies(toolchain: Toolchain): Build {
  const libraries = installLibraries();
  const bin = join(cacheFolder, 'bin');
  const check = join(cacheFolder, 'check');
  for (const folder of [bin, check]) mkdirSync(folder, { recursive: true });
  const assemblies = [runner, ...readAssemblies(defines)];
  for (const name of new Set(assemblies.flatMap((assembly) => assembly.libraries)))
    copyFileSync(join(libraries, name), join(bin, name));

  const keys = new Map<Assembly, string>();
  const tasks: Task[] = [];
  for (const assembly of assemblies) {
    const task = planTask(assembly, bin, toolchain.references, toolchain, keys);
    keys.set(assembly, task.key);
    tasks.push(task);
    if (assembly.standard) tasks.push(planTask(assembly, check, toolchain.standardReferences, toolchain, keys));
  }
  const fileOf = ({ name }: Assembly): string => join(bin, `${name}.dll`);
  const programs = assemblies.filter(({ isProgram }) => isProgram);
  if (toolchain.runtimeVersion !== undefined)
    for (const program of programs) writeRuntimeConfig(fileOf(program), toolchain.runtimeVersion);
  return {
    ...compileTasks(toolchain, tasks.filter(isStale), assemblies.filter(({ standard }) => standard).map(fileOf)),
    tests: assemblies.filter(({ hasTests }) => hasTests).map(fileOf),
    runner: fileOf(runner),
    programs: new Map(programs.map((program) => [program.name, fileOf(program)])),
  };
}

const isStale = ({ output, keyFile, key }: Task): boolean =>
  !existsSync(output) || !existsSync(keyFile) || readFileSync(keyFile, 'utf8') !== key;

function planTask(
  { name, sources, references, libraries, unsafe, isProgram }: Assembly,
  folder: string,
  classLibrary: readonly string[],
  toolchain: Toolchain,
  keys: ReadonlyMap<Assembly, string>,
): Task {
  const bin = join(cacheFolder, 'bin');
  const output = join(folder, `${name}.dll`);
  const referred = [
    ...classLibrary,
    ...libraries.map((file) => join(bin, file)),
    ...references.map((other) => join(bin, `${other.name}.dll`)),
  ];
  const text = [
    ...compilerOptions,
    `-target:${isProgram ? 'exe' : 'library'}`,
    `-define:${defines.join(';')}`,
    ...toolchain.options,
    ...(unsafe ? ['-unsafe'] : []),
    `-out:"${output}"`,
    ...referred.map((file) => `-r:"${file}"`),
    ...sources.map((file) => `"${file}"`),
  ].join('\n');
  const hash = createHash('sha256').update(text);
  for (const other of references) hash.update(keys.get(other) ?? '');
  for (const file of sources) hash.update(`\0${file}\0`).update(readFileSync(file));
  const at = (extension: string): string => join(folder, `${name}.${extension}`);
  return { output, text, responseFile: at('rsp'), keyFile: at('key'), key: hash.digest('hex') };
}

/** Compiles what is stale, then has the assemblies `standard` checked if anything was. */
function compileTasks(toolchain: Toolchain, stale: readonly Task[], standard: readonly string[]): Outcome {
  if (stale.length === 0) return { ok: true, output: '' };
  for (const { responseFile, keyFile, text } of stale) {
    rmSync(keyFile, { force: true });
    writeFileSync(responseFile, text);
  }
  const compiled = toolchain.compile(stale.map(({ responseFile }) => responseFile));
  if (!compiled.ok) return compiled;
  const checked = toolchain.checkStandard(standard);
  if (!checked.ok) return checked;
  for (const { keyFile, key } of stale) writeFileSync(keyFile, key);
  return { ok: true, output: compiled.output };
}
