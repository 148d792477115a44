/** @file How the Python side of the diffusers engine is started. */
import { fileURLToPath } from 'node:url';
import type { TrainOptions } from '../../protocol/train-options.js';
import type { Program } from '../../worker/program.js';
import type { EngineChoice } from '../choose.js';

// Right from src/engines/diffusers and from dist/engines/diffusers alike: both are three levels below the package.
const script = fileURLToPath(new URL('../../../src/engines/diffusers/python/main.py', import.meta.url));
const companion = fileURLToPath(new URL('../../../dist/engines/diffusers/companion/main.js', import.meta.url));

/** Runs our Python package with `python` where the engine was chosen to train. */
export function diffusersProgram(
  python: string,
  { device, gpus }: Pick<EngineChoice, 'device' | 'gpus'>,
  { nodes }: TrainOptions,
): Program {
  const several = nodes !== undefined || (gpus !== undefined && gpus.length > 1);
  const arguments_ = ['--device', device, '--node', process.execPath, '--companion', companion];
  if (several && gpus !== undefined) arguments_.push('--gpus', gpus.join(','));
  if (nodes !== undefined) arguments_.push('--nodes', nodes);
  return {
    command: python,
    // Neither packages of the user's own Python nor its environment variables have a say.
    arguments: ['-I', '-X', 'utf8', script, ...arguments_],
    env: {
      // The base model is a folder; nothing may be looked for on the network.
      HF_HUB_OFFLINE: '1',
      ...(gpus === undefined || several || device === 'cpu' ? {} : { CUDA_VISIBLE_DEVICES: gpus.join(',') }),
    },
  };
}
