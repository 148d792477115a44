/** @file Installs, updates and removes the diffusers engine's Python environment. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LoraBridgeError } from '../../../errors/lora-bridge-error.js';
import { writeAtomically } from '../../../files/atomic.js';
import { requireSpace } from '../../../files/free-space.js';
import { homeAt } from '../../../store/home.js';
import { outputOf } from '../../../worker/child-process.js';
import { withInstallLock } from '../../install-lock.js';
import { type DiffusersEnvironment, environmentFolder, inspectEnvironment, pythonOf } from '../environment.js';
import { packages } from '../packages.js';
import { projectFile } from './project.js';
import { bytesNeeded, type TorchBuild, torchBuilds } from './torch-build.js';
import { ensureUv, runUv } from './uv.js';
import { uvVersion } from './uv-wheels.js';

const installed = z.object({
  build: z.enum(torchBuilds),
  packages: z.record(z.string(), z.string()),
  uv: z.string(),
  installedAt: z.string(),
});

/** The contents of `installed.json`, which exists only while the environment is complete. */
export type Installed = z.output<typeof installed>;

export interface InstallListener {
  /** The download of uv itself. */
  progress(done: number, total: number): void;
  /** A line of uv's output. */
  line(line: string): void;
}

/**
 * Creates the environment, or repairs an existing one. What an earlier attempt downloaded is not downloaded again.
 * @throws LoraBridgeError `state.engine.busy`, `resource.disk.full`, `resource.download.*`, `resource.engine.broken`
 */
export async function installDiffusers(
  build: TorchBuild,
  listener: InstallListener,
  engines = homeAt().engines,
): Promise<DiffusersEnvironment> {
  return await withInstallLock(engines, 'diffusers', async () => {
    const folder = environmentFolder(engines);
    const project = join(folder, 'project');
    await mkdir(project, { recursive: true });
    const before = await readInstalled(engines);
    if (before?.build !== build) await requireSpace(folder, bytesNeeded[build], 'The engine diffusers');
    // From here on it is incomplete until the record is written.
    await rm(join(folder, 'installed.json'), { force: true });
    const uv = await ensureUv(folder, listener.progress);
    const env = {
      UV_CACHE_DIR: join(folder, 'cache'),
      UV_PYTHON_INSTALL_DIR: join(folder, 'python'),
      UV_PROJECT_ENVIRONMENT: join(folder, 'venv'),
    };
    const machine = `${process.platform}-${process.arch}`;
    await writeAtomically(join(project, 'pyproject.toml'), projectFile(machine, build));
    await runUv({ uv, project, env }, ['lock'], listener.line);
    await runUv({ uv, project, env }, ['sync', '--frozen'], listener.line);
    let environment = await verify(env.UV_PROJECT_ENVIRONMENT);
    if (!environment.usable) {
      // Files were removed by hand: uv trusts its records unless it is asked to reinstall.
      await runUv({ uv, project, env }, ['sync', '--frozen', '--reinstall'], listener.line);
      environment = await verify(env.UV_PROJECT_ENVIRONMENT);
    }
    if (!environment.usable) {
      throw new LoraBridgeError('resource.engine.broken', `The diffusers engine does not work: ${environment.reason}`, {
        file: folder,
        hint: 'Remove it with `lora-bridge engine remove diffusers`, and install it again.',
      });
    }
    const record: Installed = { build, packages, uv: uvVersion, installedAt: new Date().toISOString() };
    await writeAtomically(join(folder, 'installed.json'), `${JSON.stringify(record, undefined, 2)}\n`);
    return environment;
  });
}

/** The environment, after all its packages were imported once. */
async function verify(venv: string): Promise<DiffusersEnvironment> {
  const python = pythonOf(venv);
  const environment = await inspectEnvironment(python, packages);
  if (!environment.usable) return environment;
  const imports = `import ${Object.keys(packages)
    .map((name) => moduleNames[name] ?? name)
    .join(', ')}`;
  try {
    await outputOf(python, ['-I', '-c', imports], { timeout: 600_000 });
    return environment;
  } catch (error) {
    const reason = (error as Error).message.trim().split('\n').at(-1) ?? '';
    return { usable: false, installed: true, reason };
  }
}

/** Packages whose module has another name. */
const moduleNames: Readonly<Record<string, string>> = { pillow: 'PIL' };

/** What is installed; undefined when nothing is, or the installation is incomplete. */
export async function readInstalled(engines = homeAt().engines): Promise<Installed | undefined> {
  const text = await readFile(join(environmentFolder(engines), 'installed.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  return installed.safeParse(JSON.parse(text)).data;
}

/** Deletes the environment, Python and all downloads. @throws LoraBridgeError `state.engine.busy` */
export async function removeDiffusers(engines = homeAt().engines): Promise<void> {
  await withInstallLock(engines, 'diffusers', async () => {
    const folder = environmentFolder(engines);
    await rm(join(folder, 'installed.json'), { force: true });
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });
}
