/** @file The package, its sample and its tests compile as each version of Unity would compile them, with and without optional packages. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { cacheFolder, findToolchain } from '../../scripts/csharp/toolchain.js';
import { unityVersions } from '../../scripts/csharp/unity.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const hasCompiler = typeof findToolchain() !== 'string';

async function unityCompile(...args: string[]): Promise<string> {
  const command = ['node_modules/tsx/dist/cli.mjs', 'scripts/unity-compile.ts', ...args];
  const run = promisify(execFile)(process.execPath, command, { cwd: root });
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return stdout.trim();
}

it.runIf(hasCompiler)(
  'compiles against the declared assemblies of each version, and against those of an installation',
  async () => {
    expect((await unityCompile()).split('\n')).toEqual(
      Object.keys(unityVersions).flatMap((version) => [
        `${version}: compiled`,
        `${version} with URP and HDRP: compiled`,
      ]),
    );

    // The declared assemblies in the places where an installation has Unity's modules.
    const folder = await mkdtemp(join(tmpdir(), 'unity-6000.0-'));
    try {
      expect(await unityCompile(folder)).toContain('is no Unity installation');
      const modules = join(folder, 'Editor/Data/Managed/UnityEngine');
      await mkdir(modules, { recursive: true });
      const compiled = join(cacheFolder, 'unity-compile/6000.0-0');
      await copyFile(join(compiled, 'UnityEngine.dll'), join(modules, 'UnityEngine.CoreModule.dll'));
      await copyFile(join(compiled, 'UnityEditor.dll'), join(modules, 'UnityEditor.CoreModule.dll'));
      expect(await unityCompile(folder)).toBe(`${folder}: compiled\n${folder} with URP and HDRP: compiled`);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  600_000,
);
