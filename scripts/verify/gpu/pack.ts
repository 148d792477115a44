/**
 * @file `npm run gpu-kit`: packs all that a bare machine with a GPU needs to run the checks of this folder, in pieces that can be
 * copied one by one. README.md says how to use them.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packages } from '../../../src/engines/diffusers/packages.js';
import { wheelOf } from './pack/downloads.js';
import { onnxruntimeVersion, stageKit } from './pack/stage.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cache = join(root, '.cache', 'gpu-kit');
/** What diffusers imports and a Python with torch, transformers and accelerate may lack. */
const alongside = { importlib_metadata: '10.2.0', zipp: '4.1.2' };

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'out/gpu-kit' },
    arch: { type: 'string' },
    node: { type: 'string', default: process.execPath },
    provider: { type: 'string' },
    'no-provider': { type: 'boolean', default: false },
    'no-python': { type: 'boolean', default: false },
    'no-pocket': { type: 'boolean', default: false },
    with: { type: 'string', multiple: true, default: [] },
    'piece-size': { type: 'string', default: '60' },
    level: { type: 'string', default: '6' },
  },
});
const architecture = values.arch === undefined ? undefined : Number(/^sm_(\d+)$/.exec(values.arch)?.[1]);
if (Number.isNaN(architecture)) throw new Error(`--arch ${values.arch} is not of the form sm_90.`);

const wheels = join(cache, 'wheels');
const out = resolve(values.out);
const pythonWheels = (): string[] =>
  Object.entries({ diffusers: packages.diffusers ?? '', ...alongside }).map(([name, version]) =>
    wheelOf(wheels, name, version),
  );
mkdirSync(cache, { recursive: true });
const scratch = mkdtempSync(join(cache, 'pack-'));
try {
  const stage = join(scratch, 'kit');
  console.error('Laying out the kit …');
  const description = stageKit(stage, {
    node: values.node,
    architecture,
    provider: values['no-provider']
      ? undefined
      : (values.provider ?? wheelOf(wheels, 'onnxruntime-gpu', onnxruntimeVersion())),
    wheels: values['no-python'] ? [] : pythonWheels(),
    debs: values.with,
    withPocketTrainer: !values['no-pocket'] && !values['no-python'],
  });
  console.error('Compressing …');
  const bytes = Number(values['piece-size']) * 2 ** 20;
  const program = join(root, 'scripts/verify/gpu/pieces.py');
  execFileSync('python3', [program, stage, out, String(bytes), values.level], { stdio: 'inherit' });
  console.log(`${description.commit.slice(0, 12)}, ONNX Runtime ${description.onnxruntime}`);
  if (description.provider?.architecture !== undefined)
    console.log(`The CUDA provider holds the code for ${description.provider.architecture} alone.`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
for (const piece of readdirSync(out).filter((name) => name.endsWith('.piece')))
  console.log(`${join(out, piece)}  ${(statSync(join(out, piece)).size / 2 ** 20).toFixed(1)} MiB`);
