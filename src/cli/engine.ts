/** @file `lora-bridge engine install cuda`: fetches ONNX Runtime's CUDA provider, which npm does not carry. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { listDevices, onnxruntimeFolder } from '../engines/native/devices.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { note, print } from './output.js';

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

export function addEngineCommand(program: Command): void {
  const engine = program.command('engine').description('Install what an engine needs beyond npm install.');
  engine
    .command('install')
    .description("Fetch ONNX Runtime's CUDA provider (Linux and WSL2, x64).")
    .argument('<what>', 'cuda')
    .action(async (what: string) => {
      if (what !== 'cuda') {
        throw new LoraBridgeError('input.option.invalid', `There is nothing called ${what} to install.`, {
          hint: 'Say `lora-bridge engine install cuda`.',
        });
      }
      await installCuda();
    });
}
