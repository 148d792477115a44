/** @file Ends a daemon that nobody has needed for a while. */

/** Calls `stop` once `isBusy` has been false, whenever asked, for so long. Returns what ends the watch. */
export function watchIdleness(idleSeconds: number, isBusy: () => boolean, stop: () => void): () => void {
  let busyAt = Date.now();
  const timer = setInterval(
    () => {
      if (isBusy()) busyAt = Date.now();
      else if (Date.now() - busyAt >= idleSeconds * 1000) {
        clearInterval(timer);
        stop();
      }
    },
    Math.min(1000, (idleSeconds * 1000) / 4),
  );
  return () => clearInterval(timer);
}
