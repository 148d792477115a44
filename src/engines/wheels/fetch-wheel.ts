/** @file Downloads a wheel from the package index. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { downloadFile } from '../../files/download.js';
import { findWheel, sendRequest } from './package-index.js';
import type { Wheel } from './wheel.js';

/**
 * Downloads a wheel into `folder` and returns its path; resumes an earlier attempt.
 * @throws LoraBridgeError `resource.download.failed`, `resource.download.damaged`, `resource.disk.full`
 */
export async function fetchWheel(
  wheel: Wheel,
  folder: string,
  onProgress: (done: number, total: number) => void,
): Promise<string> {
  const target = join(folder, wheel.file);
  // It has this name only when it is complete.
  if (existsSync(target)) {
    onProgress(wheel.bytes, wheel.bytes);
    return target;
  }
  const url = await findWheel(wheel);
  await downloadFile({
    target,
    size: wheel.bytes,
    checksum: wheel.sha256,
    // In a compressed body, offsets would differ.
    request: (offset) =>
      sendRequest(url, { 'Accept-Encoding': 'identity', ...(offset === 0 ? {} : { Range: `bytes=${offset}-` }) }),
    onProgress: (done) => onProgress(done, wheel.bytes),
  });
  return target;
}
