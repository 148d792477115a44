/** @file Downloads uv from PyPI, and runs it. */
import { chmod, mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { LoraBridgeError } from '../../../errors/lora-bridge-error.js';
import { replace } from '../../../files/replace.js';
import { spawn } from '../../../worker/child-process.js';
import { fetchWheel } from '../../wheels/fetch-wheel.js';
import { unpackWheel } from '../../wheels/unpack.js';
import { uvVersion, uvWheels } from './uv-wheels.js';

/**
 * The path of uv in `folder`; downloads it first if need be.
 * @throws LoraBridgeError `resource.download.*`, `resource.disk.full`, `input.option.unsupported` where torch has no build
 */
export async function ensureUv(folder: string, onProgress: (done: number, total: number) => void): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const wheel = uvWheels[platform];
  if (wheel === undefined) {
    throw new LoraBridgeError('input.option.unsupported', `The diffusers engine cannot be installed on ${platform}.`, {
      hint: 'PyTorch has no build for it. Use --engine native.',
    });
  }
  const name = process.platform === 'win32' ? 'uv.exe' : 'uv';
  const program = join(folder, `uv-${uvVersion}`, name);
  if ((await stat(program).catch(() => undefined)) !== undefined) return program;
  // The program has its final path only when it is complete.
  const unpacked = join(folder, `uv-${uvVersion}.new`);
  await mkdir(unpacked, { recursive: true });
  const file = await fetchWheel(wheel, folder, onProgress);
  await unpackWheel(file, { [`uv-${uvVersion}.data/scripts/${name}`]: wheel.program }, unpacked);
  await chmod(join(unpacked, name), 0o755);
  await rm(dirname(program), { recursive: true, force: true });
  await replace(unpacked, dirname(program));
  await rm(file);
  return program;
}

/** Where uv works; everything is inside the engine's folder. */
export interface UvProject {
  readonly uv: string;
  /** Folder of `pyproject.toml`. */
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs uv in a project; `onLine` receives each line of its output.
 * @throws LoraBridgeError `resource.download.failed`, `resource.disk.full`, with uv's message
 */
export async function runUv(
  { uv, project, env }: UvProject,
  arguments_: readonly string[],
  onLine: (line: string) => void,
): Promise<void> {
  const { VIRTUAL_ENV: _, ...inherited } = process.env;
  const child = spawn(uv, [...arguments_], {
    cwd: project,
    env: { ...inherited, ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // It must not outlive this process, which holds the lock.
  const end = (): void => void child.kill();
  process.once('exit', end);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const output: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    output.push(line);
    if (output.length > 30) output.shift();
    onLine(line);
  }
  const status = await ended;
  process.off('exit', end);
  if (status === 0) return;
  const lines = output.map((line) => line.trim()).filter(Boolean);
  const error = lines.findIndex((line) => line.startsWith('error'));
  const text = lines.slice(Math.max(0, error)).join(' ');
  if (/No space left|os error 28|os error 112|Disk quota/i.test(text)) {
    throw new LoraBridgeError('resource.disk.full', `The disk is full: ${project} could not be written. ${text}`, {
      hint: 'Free some space on that disk, or set LORA_BRIDGE_HOME to another, and run the same command again.',
    });
  }
  throw new LoraBridgeError('resource.download.failed', `uv ${arguments_[0]} failed: ${text || `status ${status}`}`, {
    hint: 'Check the connection, or the proxy (HTTPS_PROXY), and run the same command again: finished downloads are kept.',
  });
}
