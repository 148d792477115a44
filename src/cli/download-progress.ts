/** @file Progress of a download: bytes, rate and remaining time. */
import { duration } from './output.js';
import type { ProgressLine } from './progress.js';

const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

/** A progress callback (bytes done, bytes in total) that draws a line. Bytes that were there at the first call do not count for the rate. */
export function downloadProgress(line: ProgressLine): (bytes: number, total: number) => void {
  let begin: { readonly time: number; readonly bytes: number } | undefined;
  return (bytes, total) => {
    begin ??= { time: performance.now(), bytes };
    const rate = (bytes - begin.bytes) / ((performance.now() - begin.time) / 1000);
    const speed = rate > 0 ? [`ETA ${duration((total - bytes) / rate)}`, `${(rate / 1e6).toFixed(1)} MB/s`] : [];
    line.update('download', megabytes(bytes), megabytes(total), ['MB', ...speed]);
  };
}
