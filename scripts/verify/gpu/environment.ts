/** @file What the processes of the checks find in their environment: CUDA's libraries, a Vulkan driver, a Python, a data folder. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { homeAt } from '../../../src/store/home.js';
import { embeddedCuda, linkCuda } from './cuda-installation.js';
import { kitFolder } from './kit.js';

/** Unpacked wheels that came with the kit. */
const wheels = join(kitFolder, 'python');

const pythonAnswer = z.object({ sites: z.array(z.string()), libraries: z.array(z.string()) });

/** Where packages lie, and the shared libraries of NVIDIA's. */
const question = `
import json, pathlib, site, sys
sites = [p for p in sys.path if p.endswith(("site-packages", "dist-packages"))]
libraries = [str(f) for s in sites for f in sorted(pathlib.Path(s, "nvidia").glob("*/lib"))]
print(json.dumps({"sites": sites, "libraries": libraries}))
`;

export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly python?: string;
  readonly noPython?: string;
  /** LD_LIBRARY_PATH with which onnxruntime-node would find CUDA. */
  readonly embedded?: string;
  /** Why the product would not find CUDA's libraries. */
  readonly noCuda?: string;
}

/** Where the packages of a Python lie, and NVIDIA's libraries among them; else why not. */
function askPython(python: string): z.output<typeof pythonAnswer> & { readonly wrong?: string } {
  try {
    const asked = execFileSync(python, ['-c', question], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return pythonAnswer.parse(JSON.parse(asked));
  } catch (error) {
    return { sites: [], libraries: [], wrong: `${python} does not run: ${String(error).split('\n')[0]}` };
  }
}

/** Drivers' own description for Vulkan's loader, where it is not among those that the loader looks for. */
const vulkanDrivers = [
  '/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json',
  '/usr/share/vulkan/icd.d/nvidia_icd.json',
  '/etc/vulkan/icd.d/nvidia_icd.json',
];

/** Packages unpacked with the kit join those of `python` in an environment of their own: it is started isolated, and would see no PYTHONPATH. */
function pythonWithWheels(python: string, sites: readonly string[], work: string): string {
  if (!existsSync(wheels)) return python;
  const folder = join(work, 'python');
  execFileSync(python, ['-m', 'venv', '--without-pip', folder], { stdio: 'ignore' });
  const [version = ''] = readdirSync(join(folder, 'lib'));
  const lines = sites.map((site) => `import site; site.addsitedir(${JSON.stringify(site)})`);
  writeFileSync(join(folder, 'lib', version, 'site-packages', 'kit.pth'), `${[...lines, wheels].join('\n')}\n`);
  return join(folder, 'bin', 'python');
}

/** Packages that PyTorch's side of the checks imports. */
const needed = ['torch', 'transformers', 'peft', 'accelerate', 'diffusers'];

/** Looks for what the machine has, and prepares the scratch folder `work`; `python` is a command or a path. */
export async function surroundings(python: string, work: string): Promise<Surroundings> {
  const home = homeAt(join(work, 'home'));
  mkdirSync(home.folder, { recursive: true });
  const { sites, libraries, wrong } = askPython(python);
  const vulkan = join(kitFolder, 'vulkan', 'usr', 'lib', 'x86_64-linux-gnu');
  const pathOf = (...folders: string[]): string => folders.filter((folder) => existsSync(folder)).join(':');
  const path = pathOf(vulkan, ...(process.env.LD_LIBRARY_PATH ?? '').split(':'));
  const icd = vulkanDrivers.find((file) => existsSync(file));
  const linked = await linkCuda(home.engines, sites);
  const noCuda = linked?.wrong;
  const env = {
    LORA_BRIDGE_HOME: home.folder,
    HF_HUB_OFFLINE: '1',
    // Other versions than the product was tried with: it takes them only when they are named.
    ...(linked?.wrong === undefined ? {} : { LORA_BRIDGE_ONNXRUNTIME: linked.byName }),
    ...(icd === undefined || process.env.VK_DRIVER_FILES !== undefined ? {} : { VK_DRIVER_FILES: icd }),
    ...(path === '' ? {} : { LD_LIBRARY_PATH: path }),
  };
  const folder = embeddedCuda(work);
  const embedded = folder === undefined ? undefined : pathOf(folder, ...libraries);
  const cuda = { ...(noCuda === undefined ? {} : { noCuda }), ...(embedded === undefined ? {} : { embedded }) };
  const missing = needed.filter((name) => ![...sites, wheels].some((site) => existsSync(join(site, name))));
  if (wrong !== undefined || missing.length > 0)
    return { env, ...cuda, noPython: wrong ?? `${python} has no ${missing.join(', ')}.` };
  const own = pythonWithWheels(python, sites, work);
  return { env: { ...env, LORA_BRIDGE_PYTHON: own }, ...cuda, python: own };
}
