/** @file The processes that work on a data folder, seen through /proc: all of them carry its path in their environment. */
import { readdirSync, readFileSync } from 'node:fs';

export type Role = 'daemon' | 'inspector' | 'dataset' | 'trainer' | 'other';

export interface ProductProcess {
  readonly pid: number;
  readonly role: Role;
  readonly commandLine: string;
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It has ended, or belongs to another user.
    return '';
  }
};

/** Every live process that was started with this data folder, whoever its parent is now. */
export function processesOf(home: string): ProductProcess[] {
  const found: ProductProcess[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    if (!read(`/proc/${name}/environ`).split('\0').includes(`LORA_BRIDGE_HOME=${home}`)) continue;
    const commandLine = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
    // A process that ends between the two reads has no command line any more.
    if (commandLine !== '') found.push({ pid: Number(name), role: roleOf(commandLine), commandLine });
  }
  return found;
}

function roleOf(commandLine: string): Role {
  if (/inspect/i.test(commandLine)) return 'inspector';
  if (/cli\/main\.js (daemon|train|watch)/.test(commandLine)) return 'daemon';
  if (/dataset/i.test(commandLine)) return 'dataset';
  if (/engine/i.test(commandLine)) return 'trainer';
  return 'other';
}

/** Bytes of memory: now, and at most so far. 0 when the process is gone. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = read(`/proc/${pid}/status`);
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

/** Number of open files, sockets and pipes. */
export function handlesOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}
