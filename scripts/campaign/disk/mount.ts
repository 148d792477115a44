/** @file A small file system in memory, where this user may mount one. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As root, or by a sudo that asks nothing. */
function asRoot(...command: readonly string[]): boolean {
  return [command, ['sudo', '-n', ...command]].some(([name = '', ...args]) => spawnSync(name, args).status === 0);
}

/** Mounts so many megabytes at a new folder; false when this user may not. */
export function mountMemory(folder: string, megabytes: number): boolean {
  mkdirSync(folder, { recursive: true });
  return asRoot('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=777`, 'tmpfs', folder);
}

export const remount = (folder: string, mode: 'ro' | 'rw'): boolean => asRoot('mount', '-o', `remount,${mode}`, folder);

/** Also when processes still use it. */
export const unmount = (folder: string): boolean => asRoot('umount', '-l', folder);

/** Why there can be no mount; undefined when there can. */
export function mountUnavailable(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-campaign-'));
  try {
    if (!mountMemory(folder, 1)) return 'this user may not mount a file system';
    unmount(folder);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
