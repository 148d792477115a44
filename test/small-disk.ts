/** @file A small file system in memory, where this user may mount one. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** Mounts 4 MB at `folder` until the test is finished; returns why not, when it cannot. */
export function mountSmallDisk(folder: string): string | undefined {
  if (process.platform !== 'linux') return 'only Linux mounts a file system in memory as simply';
  mkdirSync(folder);
  const mounting = ['mount', '-t', 'tmpfs', '-o', 'size=4m,mode=777', 'tmpfs', folder];
  for (const before of [[], ['sudo', '-n']]) {
    const [command = '', ...args] = [...before, ...mounting];
    if (spawnSync(command, args).status !== 0) continue;
    onTestFinished(() => {
      const [end = '', ...rest] = [...before, 'umount', '-l', folder];
      spawnSync(end, rest);
    });
    return undefined;
  }
  return 'this user may not mount a file system';
}
