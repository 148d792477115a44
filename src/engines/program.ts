/** @file The program that an engine is: what a job's child process runs. */
import { fileURLToPath } from 'node:url';
import type { TrainOptions } from '../protocol/train-options.js';
import { nodeProgram, type Program } from '../worker/program.js';
import { chooseEngine, detectHardware } from './choose.js';
import { diffusersProgram } from './diffusers/program.js';
import { openTrainableBase } from './trainable-base.js';

/**
 * The engine that trains with these options, on this machine as it is now.
 * @throws what `chooseEngine` and `openTrainableBase` throw
 */
export async function engineProgram(options: TrainOptions): Promise<Program> {
  const hardware = await detectHardware();
  const choice = chooseEngine(options, hardware, await openTrainableBase(options.base, options));
  if (choice.engine === 'native' || !hardware.diffusers.usable)
    return nodeProgram(fileURLToPath(new URL('../../dist/engines/native/main.js', import.meta.url)));
  return diffusersProgram(hardware.diffusers.python, choice, options);
}
