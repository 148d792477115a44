/** @file The NVIDIA GPUs of this machine, as the driver's own tool tells of them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Names of the GPUs, by their numbers; empty without a driver that answers. */
export async function nvidiaGpus(): Promise<string[]> {
  const query = ['--query-gpu=name', '--format=csv,noheader'];
  const answer = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 }).catch(() => undefined);
  return (answer?.stdout ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Major version of the driver; undefined without one. */
export async function nvidiaDriver(): Promise<number | undefined> {
  const query = ['--query-gpu=driver_version', '--format=csv,noheader'];
  const answer = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 }).catch(() => undefined);
  const major = Number.parseInt(answer?.stdout ?? '', 10);
  return Number.isNaN(major) ? undefined : major;
}
