/**
 * @file `npm run unity-signatures -- VERSION PART=DIR ...` compares the declared engine assemblies below test/unity/Engine, as they are
 * for Unity VERSION, with published C# source that lies in DIR. The parts:
 *
 *   unity   UnityEngine and UnityEditor     github.com/Unity-Technologies/UnityCsReference, branch VERSION
 *   urp     Universal Render Pipeline       github.com/Unity-Technologies/Graphics, of the version that belongs to VERSION
 *   hdrp    High Definition Render Pipeline the same, with its Core package
 *
 * Several parts may be given, and a part several times: it is then compared with all of its folders.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareSignatures } from './csharp/signatures.js';
import { optionalPackages, unityVersions } from './csharp/unity.js';

const engine = fileURLToPath(new URL('../test/unity/Engine', import.meta.url));
const folders: Readonly<Record<string, readonly string[]>> = {
  unity: ['UnityEngine', 'UnityEditor'],
  urp: ['Optional/Universal'],
  hdrp: ['Optional/HighDefinition', 'Optional/Core'],
};
const usage = `usage: npm run unity-signatures -- VERSION PART=DIR ...
VERSION: ${Object.keys(unityVersions).join(', ')}; PART: ${Object.keys(folders).join(', ')}`;

const [version = '', ...given] = process.argv.slice(2);
const symbols = unityVersions[version];
if (symbols === undefined || given.length === 0) throw new Error(usage);
const references = new Map<string, string[]>();
for (const argument of given) {
  const [part = '', ...rest] = argument.split('=');
  references.set(part, [...(references.get(part) ?? []), resolve(rest.join('='))]);
}
for (const [part, reference] of references) {
  const declared = folders[part];
  if (declared === undefined) throw new Error(`${part} is no part.\n${usage}`);
  const missing = reference.find((folder) => !existsSync(folder));
  if (missing !== undefined) throw new Error(`There is no folder ${missing}.`);
  const { ok, output } = compareSignatures({
    symbols: [...symbols, ...optionalPackages],
    declared: declared.map((folder) => join(engine, folder)),
    others: [engine],
    reference,
  });
  console.log(`${version} ${part}\n${output}`);
  if (!ok) process.exitCode = 1;
}
