/**
 * @file `npm run unity-signatures -- 2022.3 DIR` compares the declared engine assemblies below test/unity/Engine with Unity's published
 * C# reference source of that version (github.com/Unity-Technologies/UnityCsReference), checked out in DIR. Likewise `6000.0 DIR`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installKit, writeRuntimeConfig } from '../test/csharp-kit/install.js';
import { cacheFolder } from './csharp/toolchain.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const [version, reference] = process.argv.slice(2);
if (version === undefined || reference === undefined) throw new Error('usage: npm run unity-signatures -- VERSION DIR');

const { dotnet, compiler, netLibrary } = installKit(join(cacheFolder, 'kit'));
const roslyn = ['Microsoft.CodeAnalysis.dll', 'Microsoft.CodeAnalysis.CSharp.dll'].map((name) =>
  join(dirname(compiler), name),
);
// Beside Roslyn, where it finds it.
const program = join(dirname(compiler), 'Signatures.dll');
const responseFile = join(cacheFolder, 'signatures.rsp');
mkdirSync(cacheFolder, { recursive: true });
const library = readdirSync(netLibrary).filter((name) => /^(System|mscorlib|netstandard).*\.dll$/.test(name));
const lines = [
  '-langversion:9',
  '-nostdlib',
  '-target:exe',
  '-nowarn:1701,1702',
  `-out:"${program}"`,
  ...[...roslyn, ...library.map((name) => join(netLibrary, name))].map((file) => `-r:"${file}"`),
  `"${join(root, 'test/unity/signatures/Signatures.cs')}"`,
];
writeFileSync(responseFile, lines.join('\n'));

const run = (args: readonly string[]): void => {
  const { status } = spawnSync(dotnet, args, {
    stdio: 'inherit',
    env: { ...process.env, DOTNET_EnableDiagnostics: '0' },
  });
  if (status !== 0) process.exit(1);
};
run([compiler, `@${responseFile}`]);
writeRuntimeConfig(program, netLibrary.split(/[\\/]/).at(-1) ?? '');
const symbols = [
  'UNITY_EDITOR',
  'UNITY_2022_3_OR_NEWER',
  ...(version.startsWith('6000') ? ['UNITY_6000_0_OR_NEWER'] : []),
];
for (const part of ['UnityEngine', 'UnityEditor']) {
  console.log(part);
  run([program, symbols.join(';'), join(root, 'test/unity/Engine', part), reference]);
}
