#!/usr/bin/env -S node --initial-old-space-size=256
/**
 * @file The `lora-bridge` command. The option in the first line is for the daemon: pictures on their way count as memory of the
 * heap, and with its usual first size the runtime would collect garbage every 20 MB of them, a third of the time that an upload takes.
 */
import { Command } from 'commander';
import { packageVersion } from '../protocol/package-version.js';
import { addConvertCommand } from './convert.js';
import { addDaemonCommand } from './daemon.js';
import { addDoctorCommand } from './doctor.js';
import { addEngineCommand } from './engine.js';
import { addGenerateCommand } from './generate.js';
import { expandHome } from './home-argument.js';
import { addLoraCommands } from './lora.js';
import { addModelsCommand } from './models.js';
import { printError } from './output.js';
import { addPrepareCommand } from './prepare.js';
import { addRunsCommand } from './runs.js';
import { addStatusCommand } from './status.js';
import { addStopCommand } from './stop.js';
import { addTrainCommand } from './train.js';
import { addWatchCommand } from './watch.js';

// A reader that is gone, such as `head` (EPIPE) or a closed terminal (EIO), is no reason to lose a training.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

const program = new Command('lora-bridge')
  .description('Train a Stable Diffusion LoRA of a game character.')
  .version(packageVersion)
  .showHelpAfterError('(use --help to list the options)');

addDaemonCommand(program);
addTrainCommand(program);
addWatchCommand(program);
addGenerateCommand(program);
addPrepareCommand(program);
addLoraCommands(program);
addConvertCommand(program);
addStatusCommand(program);
addStopCommand(program);
addRunsCommand(program);
addModelsCommand(program);
addDoctorCommand(program);
addEngineCommand(program);

try {
  await program.parseAsync(process.argv.map(expandHome));
} catch (error) {
  printError(error, process.argv.includes('--json'));
}
