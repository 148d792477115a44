/** @file Models of real size with random weights, made when they are first asked for. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { peerPython } from './python.js';

const here = fileURLToPath(new URL('.', import.meta.url));

async function made(name: string, script: string, args: string[], say: (line: string) => void): Promise<string> {
  const folder = join(here, '../../.cache/bench', name);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  await promisify(execFile)(peerPython(say), [join(here, script), unfinished, ...args]);
  renameSync(unfinished, folder);
  return folder;
}

/** The folder of a whole Stable Diffusion 1.5, 4.3 GB. */
export async function sd15Folder(say: (line: string) => void): Promise<string> {
  say('a random model of the size of Stable Diffusion 1.5 (4.3 GB, made once)');
  return made('sd15', 'make_model.py', [join(here, '../../src/diffusion/pocket/tokenizer')], say);
}

/** The folder of SDXL's UNet in float16, 5.2 GB. */
export async function sdxlUnetFolder(say: (line: string) => void): Promise<string> {
  say('a random UNet of the size of SDXL in float16 (5.2 GB, made once)');
  return made('sdxl-unet', 'make_sdxl_unet.py', [], say);
}
