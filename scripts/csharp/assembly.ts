/** @file The C# assemblies of this repository: one for each .asmdef, which is Unity's own declaration of one. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Where assemblies are declared (samples, too: Unity does not look there, but compiles them once they are imported), and which of these folders
 * hold what stands for Unity's own.
 */
const places = ['unity-package', 'unity-package/Samples~', 'test/unity'];
const enginePlace = 'test/unity/Engine/';

const asmdef = z.object({
  name: z.string(),
  references: z.array(z.string()).default([]),
  /** Libraries by file name, such as `Newtonsoft.Json.dll`. */
  precompiledReferences: z.array(z.string()).default([]),
  allowUnsafeCode: z.boolean().default(false),
  noEngineReferences: z.boolean().default(false),
  defineConstraints: z.array(z.string()).default([]),
});

export interface Assembly {
  readonly name: string;
  /** Folder of the .asmdef. */
  readonly folder: string;
  /** All .cs files in and below the folder, less those of assemblies further down. */
  readonly sources: readonly string[];
  /** The assemblies of this repository that it refers to, directly. */
  readonly references: readonly Assembly[];
  /** The libraries that it refers to, by file name. */
  readonly libraries: readonly string[];
  readonly unsafe: boolean;
  /** Whether it must be content with .NET Standard 2.1: what ships to users and knows nothing of the editor. */
  readonly standard: boolean;
  readonly hasTests: boolean;
  /** Whether it is a program: one with a file `Program.cs` next to its .asmdef. */
  readonly isProgram: boolean;
}

interface Declaration extends z.output<typeof asmdef> {
  readonly folder: string;
}

/** Unity leaves out folders whose names end with `~` or begin with a dot. */
const isSeen = (path: string): boolean => path.split(sep).every((part) => !part.endsWith('~') && !part.startsWith('.'));

function filesBelow(folder: string, extension: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(extension) && isSeen(path))
    .map((path) => join(root, folder, path))
    .sort();
}

function readDeclarations(symbols: readonly string[]): Declaration[] {
  return places
    .filter((place) => readdirSync(dirname(join(root, place))).includes(place.split('/').at(-1) ?? ''))
    .flatMap((place) => filesBelow(place, '.asmdef'))
    .map((file) => ({ ...asmdef.parse(JSON.parse(readFileSync(file, 'utf8'))), folder: dirname(file) }))
    .filter(({ defineConstraints }) => defineConstraints.every((symbol) => symbols.includes(symbol)));
}

/**
 * All assemblies, each after those that it refers to. As in Unity, a reference to a missing assembly is ignored (it is an
 * optional package's, or Unity's own), and without `noEngineReferences` the engine's assemblies are referred to implicitly.
 * Throws RangeError when two have one name or refer to each other.
 */
export function readAssemblies(symbols: readonly string[]): Assembly[] {
  const declarations = new Map<string, Declaration>();
  for (const declaration of readDeclarations(symbols)) {
    const { name, folder } = declaration;
    const other = declarations.get(name);
    if (other !== undefined) throw new RangeError(`${other.folder} and ${folder} both declare the assembly ${name}.`);
    declarations.set(name, declaration);
  }
  const place = ({ folder }: Declaration): string => `${relative(root, folder).split(sep).join('/')}/`;
  const engine = [...declarations.values()].filter((declaration) => place(declaration).startsWith(enginePlace));
  const made = new Map<string, Assembly>();
  const folders = [...declarations.values()].map(({ folder }) => folder + sep);

  function make(declaration: Declaration, path: readonly string[]): Assembly {
    const { name, folder } = declaration;
    const present = made.get(name);
    if (present !== undefined) return present;
    if (path.includes(name)) throw new RangeError(`Assemblies refer to each other: ${[...path, name].join(' → ')}.`);
    const named = declaration.references.flatMap((reference) => declarations.get(reference) ?? []);
    const implicit = declaration.noEngineReferences || engine.includes(declaration) ? [] : engine;
    const inner = folders.filter((other) => other !== folder + sep && other.startsWith(folder + sep));
    const assembly: Assembly = {
      name,
      folder,
      sources: filesBelow(relative(root, folder), '.cs').filter(
        (file) => !inner.some((other) => file.startsWith(other)),
      ),
      references: [...new Set([...named, ...implicit])]
        .map((other) => make(other, [...path, name]))
        .filter(({ sources }) => sources.length > 0),
      libraries: declaration.precompiledReferences,
      unsafe: declaration.allowUnsafeCode,
      standard: declaration.noEngineReferences && place(declaration).startsWith('unity-package/Core/'),
      hasTests: declaration.precompiledReferences.includes('nunit.framework.dll'),
      isProgram: existsSync(join(folder, 'Program.cs')),
    };
    made.set(name, assembly);
    return assembly;
  }

  for (const declaration of declarations.values()) make(declaration, []);
  return [...made.values()].filter(({ sources }) => sources.length > 0);
}
