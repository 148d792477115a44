/** @file The Python in which the peer runs: PyTorch and diffusers, installed on first use. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The Python that LORA_BRIDGE_PYTHON names, else that of the environment which `npm run goldens` uses as well. */
export function peerPython(say: (line: string) => void): string {
  const named = process.env.LORA_BRIDGE_PYTHON;
  if (named !== undefined) return named;
  const environment = join(root, '.venv', 'goldens');
  const python = join(environment, 'bin', 'python');
  const run = (program: string, ...args: string[]): void => {
    const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed; PyTorch is needed to compare with.`);
  };
  if (!existsSync(python)) run('python3', '-m', 'venv', environment);
  if (spawnSync(python, ['-c', 'import torch, diffusers, peft'], { stdio: 'ignore' }).status !== 0) {
    say('installing PyTorch and diffusers to compare with (about 5 GB)');
    run(python, '-m', 'pip', 'install', '-q', '-r', join(root, 'scripts', 'goldens', 'requirements.txt'));
  }
  return python;
}
