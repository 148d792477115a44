/** @file The process of the diffusers engine: the training loop, with a Python process that computes. */
import { fileURLToPath } from 'node:url';
import type { TrainOptions } from '../../protocol/train-options.js';
import { nodeProgram, type Program } from '../../worker/program.js';
import type { EngineChoice } from '../choose.js';

// Right from src/engines/diffusers and from dist/engines/diffusers alike: both are three levels below the package.
const main = fileURLToPath(new URL('../../../dist/engines/diffusers/main.js', import.meta.url));

/** Trains with the packages of `python`, on the chosen device. */
export function diffusersProgram(
  python: string,
  { device, gpus }: Pick<EngineChoice, 'device' | 'gpus'>,
  { nodes }: TrainOptions,
): Program {
  const { command, arguments: file } = nodeProgram(main);
  const where = ['--python', python, '--device', device];
  if (gpus !== undefined) where.push('--gpus', gpus.join(','));
  if (nodes !== undefined) where.push('--nodes', nodes);
  return { command, arguments: [...file, ...where] };
}
