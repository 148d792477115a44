/** @file What compiles and runs C# on this machine: a .NET SDK where there is one, else the kit. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installKit, type Kit, obstacleToKit } from '../../test/unity/kit/install.js';
import { fetchNpm, packages } from '../../test/unity/kit/packages.js';

export const cacheFolder = fileURLToPath(new URL('../../.cache/csharp', import.meta.url));

export interface Toolchain {
  readonly name: string;
  /** The class library that the tests run on. */
  readonly references: readonly string[];
  /** The class library that knows no more than .NET Standard 2.1, or nearly so. */
  readonly standardReferences: readonly string[];
  /** Further options for the compiler. */
  readonly options: readonly string[];
  /** Compiles one assembly for each response file, in order. Returns what the compiler says, and whether all went well. */
  compile(responseFiles: readonly string[]): Outcome;
  /** Looks for types that .NET Standard 2.1 lacks, where compiling with `standardReferences` does not find them. */
  checkStandard(assemblies: readonly string[]): Outcome;
  /** The program and first arguments that run an assembly. */
  readonly host: readonly [string, ...string[]];
  /** Version of the runtime, where the host needs a runtimeconfig.json. */
  readonly runtimeVersion: string | undefined;
}

export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

// Without debugger pipes, which are left in the temporary folder.
const env = { ...process.env, DOTNET_EnableDiagnostics: '0', DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' };

function run(program: string, args: readonly string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env });
  return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim() };
}

const dlls = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.dll'))
    .map((name) => join(folder, name));

function newestIn(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const numbers = (version: string): number[] => version.split('.').map((part) => Number.parseInt(part, 10));
  const [newest] = readdirSync(folder).sort((a, b) => {
    const [x, y] = [numbers(a), numbers(b)];
    return (y[0] ?? 0) - (x[0] ?? 0) || (y[1] ?? 0) - (x[1] ?? 0) || (y[2] ?? 0) - (x[2] ?? 0);
  });
  return newest;
}

/** The newest .NET SDK, or undefined when `dotnet` is missing or a bare runtime. */
function findSdk(): Toolchain | undefined {
  const { ok, output } = run('dotnet', ['--list-sdks']);
  const [, version, sdks] =
    (ok &&
      output
        .split('\n')
        .at(-1)
        ?.match(/^(\S+) \[(.+)\]\s*$/)) ||
    [];
  if (version === undefined || sdks === undefined) return undefined;
  const compiler = join(sdks, version, 'Roslyn/bincore/csc.dll');
  const packs = join(dirname(sdks), 'packs');
  const netPack = join(packs, 'Microsoft.NETCore.App.Ref');
  const netVersion = newestIn(netPack);
  const standard = join(packs, 'NETStandard.Library.Ref/2.1.0/ref/netstandard2.1');
  if (netVersion === undefined || !existsSync(compiler) || !existsSync(standard)) return undefined;
  const [framework] = readdirSync(join(netPack, netVersion, 'ref'));
  return {
    name: `.NET SDK ${version}`,
    references: dlls(join(netPack, netVersion, 'ref', framework ?? '')),
    standardReferences: dlls(standard),
    // What a later .NET calls obsolete is what Unity has.
    options: ['-define:NETCOREAPP', '-warnaserror-', '-warn:0'],
    compile(responseFiles) {
      const outcomes: Outcome[] = [];
      for (const file of responseFiles) {
        outcomes.push(run('dotnet', [compiler, '-nologo', `@${file}`]));
        if (!outcomes.at(-1)?.ok) break;
      }
      const texts = outcomes.map(({ output }) => output).filter((text) => text !== '');
      return { ok: outcomes.every(({ ok }) => ok), output: texts.join('\n') };
    },
    checkStandard: () => ({ ok: true, output: '' }),
    host: ['dotnet'],
    runtimeVersion: netVersion,
  };
}

function kitToolchain({ dotnet, compiler, standardCheck, netLibrary, monoReferences }: Kit): Toolchain {
  return {
    name: 'Mono',
    references: monoReferences,
    standardReferences: dlls(netLibrary).filter((file) => /[\\/](System|mscorlib|netstandard)[^\\/]*$/.test(file)),
    options: [],
    compile: (responseFiles) => run(dotnet, [compiler, ...responseFiles.map((file) => `@${file}`)]),
    checkStandard: (assemblies) => run(dotnet, [standardCheck, join(netLibrary, 'netstandard.dll'), ...assemblies]),
    host: ['mono', '--debug'],
    runtimeVersion: undefined,
  };
}

/** The toolchain and what comes from npm, installed if need be; or, as a string, why this machine cannot have them. */
export function findToolchain(): Toolchain | string {
  try {
    installLibraries();
    const sdk = findSdk();
    if (sdk !== undefined) return sdk;
    const obstacle = obstacleToKit();
    if (obstacle !== undefined) return `there is no .NET SDK, and ${obstacle}`;
    return kitToolchain(installKit(join(cacheFolder, 'kit')));
  } catch (error) {
    // No network, most likely.
    return error instanceof Error ? error.message : String(error);
  }
}

/** Makes sure that the assemblies that come from npm lie in `.cache/csharp/libraries`; returns that folder. */
export function installLibraries(): string {
  const folder = join(cacheFolder, 'libraries');
  const sources = [
    { from: packages.roslyn, path: 'nunit.framework.dll', to: 'nunit.framework.dll' },
    {
      from: packages.newtonsoft,
      path: 'Plugins/Newtonsoft.Json Editor/Newtonsoft.Json.dll',
      to: 'Newtonsoft.Json.dll',
    },
  ];
  mkdirSync(folder, { recursive: true });
  for (const { from, path, to } of sources) {
    // The name says the version, so that a newer one is fetched.
    const kept = join(folder, `${from.sha256.slice(0, 12)}.${to}`);
    if (!existsSync(kept)) {
      const download = join(folder, 'download');
      copyFileSync(join(fetchNpm(download, from), path), kept);
      rmSync(download, { recursive: true });
    }
    copyFileSync(kept, join(folder, to));
  }
  return folder;
}
