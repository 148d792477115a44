/** @file How far a download is, how fast, and how long it still takes. */
import { duration } from './output.js';
import type { ProgressLine } from './progress.js';

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

/** A receiver of bytes done and in all, which shows them. What was there at the first call does not count into the rate. */
export function downloadProgress(line: ProgressLine): (bytes: number, total: number) => void {
  let begin: { readonly time: number; readonly bytes: number } | undefined;
  return (bytes, total) => {
    begin ??= { time: performance.now(), bytes };
    const rate = (bytes - begin.bytes) / ((performance.now() - begin.time) / 1000);
    const detail = rate > 0 ? `MB  ${(rate / 1e6).toFixed(1)} MB/s  ETA ${duration((total - bytes) / rate)}` : 'MB';
    line.update('download', megabytes(bytes), megabytes(total), detail);
  };
}
