/** @file When a process was started, by the operating system: with its id, that tells it from all others. */
import { readFile } from 'node:fs/promises';
import { outputOf } from '../worker/child-process.js';

type StartOf = (pid: number) => Promise<string | undefined>;

const onLinux: StartOf = async (pid) => {
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  // proc(5): field 22 is the start in clock ticks since boot. Field 2 is a name in brackets, which may contain spaces.
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ').at(-1)?.split(' ') ?? [];
  return `${boot} ${fields[19]}`;
};

const onMac: StartOf = async (pid) =>
  (await outputOf('ps', ['-o', 'lstart=', '-p', String(pid)], { timeout: 10_000 })).stdout.trim() || undefined;

/** PROCESS_QUERY_LIMITED_INFORMATION, which is also granted for processes of other users. */
const queryLimitedInformation = 0x1000;

const onWindows: StartOf = async (pid) => {
  const { default: koffi } = await import('koffi');
  const kernel32 = koffi.load('kernel32.dll');
  const openProcess = kernel32.func('intptr_t OpenProcess(uint32_t, int, uint32_t)');
  const closeHandle = kernel32.func('int CloseHandle(intptr_t)');
  const times = '_Out_ uint64_t *';
  const getProcessTimes = kernel32.func(`int GetProcessTimes(intptr_t, ${times}, ${times}, ${times}, ${times})`);
  const handle = openProcess(queryLimitedInformation, 0, pid);
  if (handle === 0) return undefined;
  try {
    const [created, ended]: [[bigint | number], [bigint | number]] = [[0], [0]];
    // A process that has ended exists as long as anybody has it open.
    if (!getProcessTimes(handle, created, ended, [0], [0]) || BigInt(ended[0]) !== 0n) return undefined;
    return String(created[0]);
  } finally {
    closeHandle(handle);
  }
};

const byPlatform: Partial<Record<NodeJS.Platform, StartOf>> = { linux: onLinux, darwin: onMac, win32: onWindows };

/** The start of a process, in words that only this machine understands; undefined where there is none, or it cannot be known. */
export async function startOf(pid: number): Promise<string | undefined> {
  return await byPlatform[process.platform]?.(pid).catch(() => undefined);
}
