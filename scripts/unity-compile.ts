/**
 * @file `npm run unity-compile -- DIR` compiles the Unity package against the assemblies of the Unity installation in DIR.
 * Without DIR, against the declared assemblies below test/unity/Engine as Unity 2022.3 and 6000.0 have them, with and without the
 * optional packages (URP, HDRP).
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Assembly, readAssemblies } from './csharp/assembly.js';
import { compilerOptions } from './csharp/build.js';
import { cacheFolder, findToolchain, installLibraries, type Toolchain } from './csharp/toolchain.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const optional = ['LORA_BRIDGE_URP', 'LORA_BRIDGE_HDRP'];
const old = ['UNITY_EDITOR', 'UNITY_2021_3_OR_NEWER', 'UNITY_2022_3_OR_NEWER'];
const versions = {
  '2022.3': [...old, 'UNITY_2022_3'],
  '6000.0': [...old, 'UNITY_2023_1_OR_NEWER', 'UNITY_6000_0', 'UNITY_6000_0_OR_NEWER'],
} as const;

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
const isShipped = (assembly: Assembly): boolean => /^unity-package\/(Core|Editor)$/.test(folderOf(assembly));
const isEngine = (assembly: Assembly): boolean => folderOf(assembly).startsWith('test/unity/Engine/');

/** The folder with UnityEngine's and UnityEditor's modules in an installation, on Windows, Linux or macOS. */
function findModules(installation: string): string | undefined {
  return ['', 'Data', 'Editor/Data', 'Contents', 'Unity.app/Contents']
    .map((path) => join(installation, path, 'Managed/UnityEngine'))
    .find((folder) => existsSync(join(folder, 'UnityEngine.CoreModule.dll')));
}

function compileAgainst(toolchain: Toolchain, installation: string) {
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
  const defines = versions[/6000\.\d/.test(installation) ? '6000.0' : '2022.3'];
  const library = [...(standard.length > 0 ? standard : toolchain.references), ...dlls(modules)];
  return compile(toolchain, 'installation', readAssemblies(defines).filter(isShipped), defines, library);
}

const toolchain = findToolchain();
if (typeof toolchain === 'string') throw new Error(`C# cannot be compiled: ${toolchain}.`);
const installation = process.argv[2];
const tell = (name: string, { ok, output }: { ok: boolean; output: string }): void => {
  if (output !== '') console.log(output);
  console.log(`${name}: ${ok ? 'compiled' : 'failed'}`);
  if (!ok) process.exitCode = 1;
};
if (installation !== undefined) tell(installation, compileAgainst(toolchain, installation));
else {
  for (const [version, symbols] of Object.entries(versions)) {
    // Without them `npm run build:csharp` has compiled it as 2022.3 does.
    for (const packages of version === '2022.3' ? [optional] : [[], optional]) {
      const defines = [...symbols, ...packages];
      const assemblies = readAssemblies(defines).filter((assembly) => isEngine(assembly) || isShipped(assembly));
      const name = packages.length > 0 ? `${version} with URP and HDRP` : version;
      tell(name, compile(toolchain, name.replaceAll(/[ ,]+/g, '-'), assemblies, defines, toolchain.references));
    }
  }
}
