/** @file `lora-bridge engine install | status | update | remove`: what an engine needs beyond npm install. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { environmentFolder, findEnvironment } from '../engines/diffusers/environment.js';
import { installDiffusers, readInstalled, removeDiffusers } from '../engines/diffusers/install/installation.js';
import { chooseTorchBuild, torchBuilds } from '../engines/diffusers/install/torch-build.js';
import { listDevices, onnxruntimeFolder } from '../engines/native/devices.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { note, print, printJson } from './output.js';
import { ProgressLine } from './progress.js';

/** Runs the installer that onnxruntime-node itself brings, in the package that this program loads, global or not. */
async function installCuda(): Promise<void> {
  const script = join(onnxruntimeFolder(), 'script', 'install.js');
  note("Fetching ONNX Runtime's CUDA provider from NuGet, about 250 MB …");
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'cuda12' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  if (status !== 0) {
    throw new LoraBridgeError('resource.download.failed', "ONNX Runtime's CUDA provider could not be fetched.", {
      hint: 'It comes from api.nuget.org: check the connection or proxy (GLOBAL_AGENT_HTTPS_PROXY), then run this again.',
    });
  }
  const cuda = (await listDevices()).find(({ name }) => name === 'cuda');
  print(cuda?.available ? `CUDA is ready: ${cuda.reason}` : `The provider is installed. ${cuda?.reason}`);
}

const names = ['cuda', 'diffusers'] as const;

function isOneOf<Name extends string>(name: string, known: readonly Name[]): name is Name {
  return known.some((other) => other === name);
}

function unknown(what: string, command: string): LoraBridgeError {
  return new LoraBridgeError('input.option.invalid', `There is nothing called ${what} to ${command}.`, {
    hint: `Say \`lora-bridge engine ${command} ${command === 'install' ? names.join('` or `lora-bridge engine install ') : 'diffusers'}\`.`,
  });
}

async function installEnvironment(wanted: string): Promise<void> {
  if (wanted !== 'auto' && !isOneOf(wanted, torchBuilds)) {
    throw new LoraBridgeError('input.option.invalid', `--torch "${wanted}" is not possible.`, {
      hint: `Say auto, ${torchBuilds.join(', ')}.`,
    });
  }
  const build = wanted === 'auto' ? await chooseTorchBuild() : wanted;
  note(`Installing the engine diffusers with torch for ${build}, into ${environmentFolder()} …`);
  const line = new ProgressLine(false);
  const environment = await installDiffusers(build, {
    progress: (done, total) => line.update('uv', done, total),
    // Not the list of everything installed at its end.
    line: (text) => (/^ [-+~] /.test(text) ? undefined : line.say(text.trim())),
  }).finally(() => line.end());
  if (environment.usable) print(`The engine diffusers is ready: ${environment.python}`);
}

async function tellStatus(json: boolean): Promise<void> {
  const environment = await findEnvironment();
  const installed = await readInstalled();
  if (json) printJson({ diffusers: { ...environment, ...(installed === undefined ? {} : { installed }) } });
  else if (environment.usable) {
    print(`diffusers  ready: ${environment.python}`);
    for (const [name, version] of Object.entries(environment.versions)) print(`  ${name.padEnd(13)} ${version}`);
    print(`  ${'CUDA'.padEnd(13)} ${environment.cuda ?? 'none'}`);
  } else print(`diffusers  ${environment.installed ? 'broken: ' : ''}${environment.reason}`);
}

export function addEngineCommand(program: Command): void {
  const engine = program.command('engine').description('Look after what engines need beyond npm install.');
  engine
    .command('install')
    .description(
      "Install the engine diffusers with a Python of its own; or, as `cuda`, ONNX Runtime's CUDA provider (Linux and WSL2, x64).",
    )
    .argument('<what>', names.join(' or '))
    .option('--torch <build>', 'auto, cuda, cpu, or plain for the build on PyPI.', 'auto')
    .action(async (what: string, { torch }: { torch: string }) => {
      if (what === 'cuda') await installCuda();
      else if (what === 'diffusers') await installEnvironment(torch);
      else throw unknown(what, 'install');
    });
  engine
    .command('status')
    .description('Tell whether the engine diffusers is installed, and in which versions.')
    .option('--json', 'Print one JSON object.')
    .action(({ json }: { json?: boolean }) => tellStatus(json === true));
  engine
    .command('update')
    .description('Bring the engine diffusers to the versions that this program was made for, and mend what is broken.')
    .argument('[what]', 'diffusers', 'diffusers')
    .action(async (what: string) => {
      if (what !== 'diffusers') throw unknown(what, 'update');
      await installEnvironment((await readInstalled())?.build ?? 'auto');
    });
  engine
    .command('remove')
    .description('Delete the engine diffusers, with its Python and all that was fetched for it.')
    .argument('<what>', 'diffusers')
    .action(async (what: string) => {
      if (what !== 'diffusers') throw unknown(what, 'remove');
      await removeDiffusers();
      print('The engine diffusers is removed.');
    });
}
