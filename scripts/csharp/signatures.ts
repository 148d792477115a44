/** @file Compares declarations in C# with the source that they stand for, by the program test/unity/signatures. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installKit, type Kit, writeRuntimeConfig } from '../../test/unity/kit/install.js';
import { cacheFolder, type Outcome } from './toolchain.js';

const sources = fileURLToPath(new URL('../../test/unity/signatures', import.meta.url));
const env = { ...process.env, DOTNET_EnableDiagnostics: '0' };

export interface SignatureQuery {
  /** Preprocessor symbols, for both sides. */
  readonly symbols: readonly string[];
  /** Folders whose types are compared. */
  readonly declared: readonly string[];
  /** Folders that these refer to; they may hold them too. */
  readonly others: readonly string[];
  /** Folders of the source that is right. */
  readonly reference: readonly string[];
}

function run(kit: Kit, args: readonly string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(kit.dotnet, args, { encoding: 'utf8', env, maxBuffer: 1 << 26 });
  return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim() };
}

function buildProgram(kit: Kit): string {
  const compilerFolder = dirname(kit.compiler);
  // Next to Roslyn, where it finds it.
  const program = join(compilerFolder, 'Signatures.dll');
  const responseFile = join(cacheFolder, 'signatures.rsp');
  const library = readdirSync(kit.netLibrary).filter((name) => /^(System|mscorlib|netstandard).*\.dll$/.test(name));
  const roslyn = ['Microsoft.CodeAnalysis.dll', 'Microsoft.CodeAnalysis.CSharp.dll'];
  const references = [
    ...roslyn.map((name) => join(compilerFolder, name)),
    ...library.map((name) => join(kit.netLibrary, name)),
  ];
  const files = readdirSync(sources).filter((name) => name.endsWith('.cs'));
  const lines = [
    '-langversion:9',
    '-nostdlib',
    '-target:exe',
    '-nowarn:1701,1702',
    `-out:"${program}"`,
    ...references.map((file) => `-r:"${file}"`),
    ...files.map((name) => `"${join(sources, name)}"`),
  ];
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(responseFile, lines.join('\n'));
  const { ok, output } = run(kit, [kit.compiler, `@${responseFile}`]);
  if (!ok) throw new Error(`The program that compares signatures does not compile:\n${output}`);
  writeRuntimeConfig(program, kit.netLibrary.split(/[\\/]/).at(-1) ?? '');
  return program;
}

/** A line for each difference and one with the counts; `ok` when nothing differs. Throws where the C# kit cannot be installed. */
export function compareSignatures({ symbols, declared, others, reference }: SignatureQuery): Outcome {
  const kit = installKit(join(cacheFolder, 'kit'));
  const program = buildProgram(kit);
  const folder = mkdtempSync(join(tmpdir(), 'signatures-'));
  try {
    const file = join(folder, 'arguments.txt');
    const lines = [
      ...symbols.map((name) => `symbol ${name}`),
      ...kit.monoReferences.map((name) => `library ${name}`),
      ...declared.map((path) => `declared ${path}`),
      ...others.map((path) => `others ${path}`),
      ...reference.map((path) => `reference ${path}`),
    ];
    writeFileSync(file, lines.join('\n'));
    return run(kit, [program, file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
