/** @file Fetches a wheel from the package index. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { downloadFile } from '../../files/download.js';
import { findWheel, sendRequest } from './package-index.js';
import type { Wheel } from './wheel.js';

/**
 * The path of the wheel in `folder`, where it is fetched to; what an earlier attempt fetched is not fetched again.
 * @throws LoraBridgeError `resource.download.failed`, `resource.download.damaged`, `resource.disk.full`
 */
export async function fetchWheel(
  wheel: Wheel,
  folder: string,
  onProgress: (done: number, total: number) => void,
): Promise<string> {
  const target = join(folder, wheel.file);
  // Under its name only when it is whole.
  if (existsSync(target)) {
    onProgress(wheel.bytes, wheel.bytes);
    return target;
  }
  const url = await findWheel(wheel);
  await downloadFile({
    target,
    size: wheel.bytes,
    checksum: wheel.sha256,
    // A compressed body would have other offsets.
    request: (offset) =>
      sendRequest(url, { 'Accept-Encoding': 'identity', ...(offset === 0 ? {} : { Range: `bytes=${offset}-` }) }),
    onProgress: (done) => onProgress(done, wheel.bytes),
  });
  return target;
}
