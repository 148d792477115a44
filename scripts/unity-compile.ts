/**
 * @file `npm run unity-compile -- DIR` compiles the Unity package, its sample and its tests against the assemblies of the Unity
 * installation in DIR, with and without the optional packages (URP, HDRP), of which the declarations below test/unity/Engine are
 * taken. Without DIR, everything against the declared assemblies, as each version of Unity has them.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Assembly, readAssemblies } from './csharp/assembly.js';
import { compilerOptions } from './csharp/build.js';
import { cacheFolder, findToolchain, installLibraries, type Toolchain } from './csharp/toolchain.js';
import { optionalPackages, unityVersions } from './csharp/unity.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const dlls = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.dll'))
        .map((path) => join(folder, path))
    : [];

/** Compiles assemblies in order into a folder of their own. Returns what the compiler says, and whether all went well. */
function compile(
  toolchain: Toolchain,
  name: string,
  assemblies: readonly Assembly[],
  defines: readonly string[],
  library: readonly string[],
) {
  const out = join(cacheFolder, 'unity-compile', name);
  mkdirSync(out, { recursive: true });
  const libraries = installLibraries();
  const responseFiles = assemblies.map((assembly) => {
    const file = join(out, `${assembly.name}.rsp`);
    const lines = [
      ...compilerOptions,
      '-target:library',
      `-define:${defines.join(';')}`,
      ...(assembly.unsafe ? ['-unsafe'] : []),
      `-out:"${join(out, `${assembly.name}.dll`)}"`,
      ...library.map((dll) => `-r:"${dll}"`),
      ...assembly.libraries.map((dll) => `-r:"${join(libraries, dll)}"`),
      ...assembly.references
        .filter((other) => assemblies.includes(other))
        .map((other) => `-r:"${join(out, `${other.name}.dll`)}"`),
      ...assembly.sources.map((source) => `"${source}"`),
    ];
    writeFileSync(file, lines.join('\n'));
    return file;
  });
  return toolchain.compile(responseFiles);
}

const folderOf = ({ folder }: Assembly): string => relative(root, folder).replaceAll('\\', '/');
const isOurs = (assembly: Assembly): boolean => folderOf(assembly).startsWith('unity-package/');
const isOptional = (assembly: Assembly): boolean => folderOf(assembly).startsWith('test/unity/Engine/Optional/');
const isEngine = (assembly: Assembly): boolean => folderOf(assembly).startsWith('test/unity/Engine/');

/** The folder with UnityEngine's and UnityEditor's modules in an installation, on Windows, Linux or macOS. */
function findModules(installation: string): string | undefined {
  return ['', 'Data', 'Editor/Data', 'Contents', 'Unity.app/Contents']
    .map((path) => join(installation, path, 'Managed/UnityEngine'))
    .find((folder) => existsSync(join(folder, 'UnityEngine.CoreModule.dll')));
}

function compileAgainst(toolchain: Toolchain, installation: string, packages: readonly string[]) {
  const modules = findModules(installation);
  if (modules === undefined) {
    return {
      ok: false,
      output: `${installation} is no Unity installation: it has no Managed/UnityEngine/UnityEngine.CoreModule.dll.`,
    };
  }
  const data = join(modules, '../..');
  // Unity's own .NET Standard 2.1, and the names under which older libraries know it.
  const standard = [
    ...dlls(join(data, 'NetStandard/ref/2.1.0')),
    ...dlls(join(data, 'NetStandard/compat/2.1.0/shims')),
  ];
  // The newest version that is no newer: what lies between two of the table is as the older one is.
  const found =
    /\d{4}\.\d+/.exec(installation.split(/[\\/]/).findLast((part) => /\d{4}\.\d/.test(part)) ?? '')?.[0] ?? '';
  const [version] = Object.keys(unityVersions)
    .filter((name) => name <= found)
    .slice(-1);
  if (version === undefined)
    return {
      ok: false,
      output: `The version of ${installation} cannot be read from its path, or is older than 2022.3.`,
    };
  const defines = definesOf(version, packages);
  const library = [...(standard.length > 0 ? standard : toolchain.references), ...dlls(modules)];
  const assemblies = readAssemblies(defines).filter((assembly) => isOurs(assembly) || isOptional(assembly));
  return compile(toolchain, `installation-${packages.length}`, assemblies, defines, library);
}

function compileDeclared(toolchain: Toolchain, version: string, packages: readonly string[]) {
  const defines = definesOf(version, packages);
  const assemblies = readAssemblies(defines).filter((assembly) => isEngine(assembly) || isOurs(assembly));
  return compile(toolchain, `${version}-${packages.length}`, assemblies, defines, toolchain.references);
}

const definesOf = (version: string, packages: readonly string[]): readonly string[] => [
  ...(unityVersions[version] ?? []),
  ...packages,
  'UNITY_INCLUDE_TESTS',
];

const toolchain = findToolchain();
if (typeof toolchain === 'string') throw new Error(`C# cannot be compiled: ${toolchain}.`);
const installation = process.argv[2];
const names = installation === undefined ? Object.keys(unityVersions) : [installation];
for (const name of names) {
  for (const packages of [[], optionalPackages]) {
    const { ok, output } =
      installation === undefined
        ? compileDeclared(toolchain, name, packages)
        : compileAgainst(toolchain, installation, packages);
    if (output !== '') console.log(output);
    console.log(`${name}${packages.length > 0 ? ' with URP and HDRP' : ''}: ${ok ? 'compiled' : 'failed'}`);
    if (!ok) process.exitCode = 1;
  }
}
