/** @file The Python environment of the diffusers engine: where it is, and which packages it has. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { homeAt } from '../../store/home.js';
import { outputOf } from '../../worker/child-process.js';
import { packages } from './packages.js';

/** An environment that can be used, or why it cannot. */
export type DiffusersEnvironment =
  | {
      readonly usable: true;
      readonly python: string;
      /** CUDA version that its torch was built for. */
      readonly cuda: string | undefined;
      /** Versions by package. */
      readonly versions: Readonly<Record<string, string>>;
    }
  | { readonly usable: false; readonly installed: boolean; readonly reason: string };

/** Folder of the environment that `engine install diffusers` makes. */
export function environmentFolder(engines = homeAt().engines): string {
  return join(engines, 'diffusers');
}

/** The interpreter of a virtual environment. */
export function pythonOf(environment: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');
}

/** Reads versions without importing anything: importing torch takes seconds. */
const script = `
import importlib.metadata as metadata, importlib.util, json, pathlib, re, sys
versions = {}
for name in sys.argv[1:]:
    try:
        versions[name] = metadata.version(name)
    except metadata.PackageNotFoundError:
        pass
torch = importlib.util.find_spec("torch")
cuda = None
if torch is not None and torch.origin is not None:
    text = pathlib.Path(torch.origin).with_name("version.py").read_text()
    found = re.search(r"^cuda\\b.*?= *'([^']+)'", text, re.M)
    cuda = found and found[1]
print(json.dumps({"versions": versions, "cuda": cuda}))
`;

const answer = z.object({ versions: z.record(z.string(), z.string()), cuda: z.string().nullable() });

/** The script takes well under a second; on a disk that hangs it never ends. */
const timeoutMilliseconds = 20_000;

/**
 * The environment that LORA_BRIDGE_PYTHON names, else the installed one. The former may have any versions, the latter must have the
 * pinned ones.
 */
export async function findEnvironment(
  engines = homeAt().engines,
  own = process.env.LORA_BRIDGE_PYTHON,
): Promise<DiffusersEnvironment> {
  const folder = environmentFolder(engines);
  const python = own || pythonOf(join(folder, 'venv'));
  if (!own && !existsSync(join(folder, 'installed.json'))) {
    const reason = 'not installed: run `lora-bridge engine install diffusers`.';
    return { usable: false, installed: false, reason };
  }
  return inspectEnvironment(python, own ? undefined : packages);
}

/** The environment of an interpreter; `pinned` are the versions that it must have. */
export async function inspectEnvironment(
  python: string,
  pinned: Readonly<Record<string, string>> | undefined,
): Promise<DiffusersEnvironment> {
  const names = Object.keys(packages);
  const remedy =
    pinned === undefined
      ? `LORA_BRIDGE_PYTHON must name a Python with ${names.join(', ')}.`
      : 'Repair it with `lora-bridge engine update diffusers`.';
  const broken = (what: string): DiffusersEnvironment => ({
    usable: false,
    installed: true,
    reason: `${what} ${remedy}`,
  });
  try {
    const arguments_ = ['-I', '-c', script, ...names];
    const { stdout } = await outputOf(python, arguments_, { timeout: timeoutMilliseconds });
    const { versions, cuda } = answer.parse(JSON.parse(stdout));
    for (const name of names) {
      const version = versions[name];
      if (version === undefined) return broken(`${name} is missing from the environment of ${python}.`);
      const expected = pinned?.[name];
      // torch's version has its build after a plus sign.
      if (expected !== undefined && version.split('+')[0] !== expected)
        return broken(`The environment of ${python} has ${name} ${version}, not ${expected}.`);
    }
    return { usable: true, python, cuda: cuda ?? undefined, versions };
  } catch (error) {
    const { code, killed, message } = error as NodeJS.ErrnoException & { killed?: boolean };
    if (code === 'ENOENT') return broken(`${python} does not exist.`);
    return broken(
      killed ? `${python} does not respond.` : `${python} does not run: ${message.trim().split('\n').at(-1)}`,
    );
  }
}
