/** @file The NVIDIA GPUs of this machine, as nvidia-smi lists them. */
import { join } from 'node:path';
import { outputOf } from '../worker/child-process.js';

export interface NvidiaGpu {
  readonly name: string;
  /** Major version of the driver. */
  readonly driver: number | undefined;
  /** Compute capability times ten: 89 for 8.9. Drivers before 510 do not report it. */
  readonly capability: number | undefined;
}

/** Where the driver puts nvidia-smi: it is not always in PATH, on Windows and in services of WSL2. */
export function nvidiaSmiPaths(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] {
  if (platform !== 'win32') return ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi'];
  return [
    join(env.SystemRoot ?? 'C:\\Windows', 'System32', 'nvidia-smi.exe'),
    join(env.ProgramFiles ?? 'C:\\Program Files', 'NVIDIA Corporation', 'NVSMI', 'nvidia-smi.exe'),
  ];
}

async function queryDriver(fields: readonly string[]): Promise<string[][] | undefined> {
  const query = [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader'];
  for (const program of nvidiaSmiPaths(process.platform, process.env)) {
    const answer = await outputOf(program, query, { timeout: 10_000 }).catch(() => undefined);
    const lines = (answer?.stdout ?? '').split('\n').map((line) => line.trim());
    const rows = lines.filter(Boolean).map((line) => line.split(', '));
    if (rows.length > 0) return rows;
  }
  return undefined;
}

const number = (text: string | undefined, scale: number): number | undefined => {
  const value = Number.parseFloat(text ?? '');
  return Number.isNaN(value) ? undefined : Math.floor(value * scale + 1e-6);
};

/** The GPUs, in order of their indices; empty where no driver answers. */
export async function nvidiaGpus(): Promise<NvidiaGpu[]> {
  if (process.platform === 'darwin') return [];
  const rows =
    (await queryDriver(['name', 'driver_version', 'compute_cap'])) ??
    (await queryDriver(['name', 'driver_version'])) ??
    [];
  return rows.map(([name = '', driver, capability]) => ({
    name,
    driver: number(driver, 1),
    capability: number(capability, 10),
  }));
}
