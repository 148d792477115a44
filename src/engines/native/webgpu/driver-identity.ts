/** @file What changes when a graphics driver, the system or ONNX Runtime is replaced: then WebGPU is tried out again. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { release } from 'node:os';
import { join } from 'node:path';
import { outputOf } from '../../../worker/child-process.js';

const require = createRequire(import.meta.url);

/** Class of display adapters, the same on every Windows: each has its driver's version below it. */
const displayAdapters = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}';

async function windowsDrivers(): Promise<string> {
  const query = ['query', displayAdapters, '/s', '/v', 'DriverVersion'];
  // Its exit status is 1 where some of the keys below may not be read.
  const { stdout = '' } = await outputOf('reg', query, { timeout: 10_000 }).catch(
    (error: { stdout?: string }) => error,
  );
  return stdout;
}

/** Drivers of the render nodes, and when each Vulkan driver was installed. */
async function linuxDrivers(): Promise<string> {
  const found: string[] = [];
  for (const node of await readdir('/dev/dri').catch(() => []))
    found.push(node, await readFile(`/sys/class/drm/${node}/device/uevent`, 'utf8').catch(() => ''));
  for (const folder of ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'])
    for (const name of await readdir(folder).catch(() => []))
      found.push(name, String((await stat(join(folder, name)).catch(() => undefined))?.mtimeMs));
  return [...found, process.env.VK_DRIVER_FILES, process.env.VK_ICD_FILENAMES].join('\n');
}

/** Text that is the same as long as the same drivers are used. On macOS the driver is a part of the system. */
export async function driverIdentity(): Promise<string> {
  const { version } = require('onnxruntime-node/package.json') as { version: string };
  const drivers = { win32: windowsDrivers, linux: linuxDrivers }[process.platform as string];
  return JSON.stringify([process.platform, release(), version, await drivers?.()]);
}
