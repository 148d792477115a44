/** @file An index of fakes for all that the diffusers engine installs: PyPI's packages under `/simple`, torch's builds under `/whl`. */
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { uvWheels } from '../../../src/engines/diffusers/install/uv-wheels.js';
import { packages } from '../../../src/engines/diffusers/packages.js';
import { fetchWheel } from '../../../src/engines/wheels/fetch-wheel.js';
import { type FakeWheel, makeWheel } from '../wheels/fake-wheel.js';
import { openPackageIndex, type PackageIndex } from '../wheels/package-index.js';

const torchVersion = packages.torch ?? '';
const machines = ['manylinux_2_28_x86_64', 'manylinux_2_28_aarch64', 'macosx_11_0_arm64', 'win_amd64'];

/** A fake of torch for all machines, built as PyTorch's index folder `build` has it; PyPI's has no build in its version. */
function torch(build: string | undefined): FakeWheel[] {
  const cuda = build === undefined || build === 'cpu' ? 'None' : `'${build.slice(2, 4)}.${build.slice(4)}'`;
  const version = build === undefined ? torchVersion : `${torchVersion}+${build}`;
  const files = { 'torch/version.py': `cuda: Optional[str] = ${cuda}\n` };
  return machines.map((platform) => makeWheel('torch', version, { platform, files }));
}

/** uv is no fake: it is fetched from PyPI once. */
async function realUv(): Promise<FakeWheel> {
  const wheel = uvWheels[`${process.platform}-${process.arch}`];
  if (wheel === undefined) throw new Error('uv has no wheel for this machine.');
  const folder = fileURLToPath(new URL('../../../.cache/uv', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const file = await fetchWheel(wheel, folder, () => {});
  return { file: wheel.file, sha256: wheel.sha256, bytes: readFileSync(file) };
}

/** Serves until the test is over. */
export async function openDiffusersIndex(): Promise<PackageIndex> {
  const others = Object.entries(packages).filter(([name]) => name !== 'torch');
  return await openPackageIndex(
    new Map<string, FakeWheel[]>([
      ['/simple/uv/', [await realUv()]],
      ['/simple/torch/', torch(undefined)],
      ['/whl/cu132/torch/', torch('cu132')],
      ['/whl/cpu/torch/', torch('cpu')],
      ...others.map(([name, version]): [string, FakeWheel[]] => [
        `/simple/${name}/`,
        [makeWheel(name, version, name === 'pillow' ? { module: 'PIL' } : {})],
      ]),
    ]),
  );
}
