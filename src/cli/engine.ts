/** @file `lora-bridge engine install | status | update | remove`: what an engine needs beyond npm install. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { environmentFolder, findEnvironment } from '../engines/diffusers/environment.js';
import { installDiffusers, readInstalled, removeDiffusers } from '../engines/diffusers/install/installation.js';
import { chooseTorchBuild, torchBuilds } from '../engines/diffusers/install/torch-build.js';
import { removeCuda } from '../engines/native/cuda/install.js';
import { cudaFolder } from '../engines/native/cuda/runtime-folder.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { downloadProgress } from './download-progress.js';
import { cudaStatus, installCudaEngine, updateCudaEngine } from './engine-cuda.js';
import { note, print, printJson } from './output.js';
import { ProgressLine } from './progress.js';

const names = ['cuda', 'diffusers'] as const;

function isOneOf<Name extends string>(name: string, known: readonly Name[]): name is Name {
  return known.some((other) => other === name);
}

function unknown(what: string, command: string): LoraBridgeError {
  return new LoraBridgeError('input.option.invalid', `Unknown component "${what}".`, {
    hint: `Run ${names.map((name) => `\`lora-bridge engine ${command} ${name}\``).join(' or ')}.`,
  });
}

async function installEnvironment(wanted: string): Promise<void> {
  if (wanted !== 'auto' && !isOneOf(wanted, torchBuilds)) {
    throw new LoraBridgeError('input.option.invalid', `--torch "${wanted}" is not a valid value.`, {
      hint: `Choose auto, ${torchBuilds.join(', ')}.`,
    });
  }
  const build = wanted === 'auto' ? await chooseTorchBuild() : wanted;
  note(`Installing the diffusers engine (torch: ${build}) into ${environmentFolder()} …`);
  const line = new ProgressLine(false);
  const environment = await installDiffusers(build, {
    progress: downloadProgress(line),
    // Not the list of everything installed at its end.
    line: (text) => (/^ [-+~] /.test(text) ? undefined : line.say(text.trim())),
  }).finally(() => line.end());
  if (environment.usable) print(`The diffusers engine is ready: ${environment.python}`);
}

/** @throws LoraBridgeError `resource.engine.missing` */
async function installedBuild(): Promise<string> {
  if (!existsSync(environmentFolder())) {
    throw new LoraBridgeError('resource.engine.missing', 'The diffusers engine is not installed.', {
      hint: 'Install it with `lora-bridge engine install diffusers`.',
    });
  }
  return (await readInstalled())?.build ?? 'auto';
}

async function printStatus(json: boolean): Promise<void> {
  const environment = await findEnvironment();
  const installed = await readInstalled();
  const cuda = await cudaStatus();
  const diffusers = { ...environment, ...(installed === undefined ? {} : { installed }) };
  if (json) return printJson({ cuda: cuda.json, diffusers });
  print(`cuda       ${cuda.line}`);
  if (environment.usable) {
    print(`diffusers  ready: ${environment.python}`);
    for (const [name, version] of Object.entries(environment.versions)) print(`  ${name.padEnd(13)} ${version}`);
    print(`  ${'CUDA'.padEnd(13)} ${environment.cuda ?? 'none'}`);
  } else print(`diffusers  ${environment.installed ? 'broken: ' : ''}${environment.reason}`);
}

export function addEngineCommand(program: Command): void {
  const engine = program.command('engine').description('Manage the components that engines need beyond npm install.');
  engine
    .command('install')
    .description(
      'Install a component: `cuda` is what the native engine needs to train on NVIDIA GPUs (Linux, WSL2 and Windows, x64); ' +
        '`diffusers` is the diffusers engine with its own Python.',
    )
    .argument('<what>', names.join(' or '))
    .option(
      '--cuda <version>',
      'Version of CUDA: auto, 13, or 12 for drivers before 580 and GPUs before Turing.',
      'auto',
    )
    .option('--torch <build>', 'Build of torch for diffusers: auto, cuda, cpu, or plain (the build on PyPI).', 'auto')
    .action(async (what: string, { cuda, torch }: { cuda: string; torch: string }) => {
      if (what === 'cuda') await installCudaEngine(cuda);
      else if (what === 'diffusers') await installEnvironment(torch);
      else throw unknown(what, 'install');
    });
  engine
    .command('status')
    .description('Show which components are installed, and their versions.')
    .option('--json', 'Print one JSON object.')
    .action(({ json }: { json?: boolean }) => printStatus(json === true));
  engine
    .command('update')
    .description('Update a component to the versions that this release expects, and repair it if it is broken.')
    .argument('[what]', names.join(' or '), 'diffusers')
    .action(async (what: string) => {
      if (what === 'cuda') await updateCudaEngine();
      else if (what === 'diffusers') await installEnvironment(await installedBuild());
      else throw unknown(what, 'update');
    });
  engine
    .command('remove')
    .description('Delete a component and everything downloaded for it.')
    .argument('<what>', names.join(' or '))
    .option('--json', 'Print one JSON object.')
    .action(async (what: string, { json }: { json?: boolean }) => {
      if (!isOneOf(what, names)) throw unknown(what, 'remove');
      const removed = existsSync(what === 'cuda' ? cudaFolder() : environmentFolder());
      if (removed) await (what === 'cuda' ? removeCuda() : removeDiffusers());
      if (json) printJson({ component: what, removed });
      else print(removed ? `Removed ${what}.` : `${what} is not installed.`);
    });
}
