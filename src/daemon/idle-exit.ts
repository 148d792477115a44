/** @file Ends a daemon that has been idle for a while. */

/** Calls `stop` once `isBusy` has been false for `idleSeconds`. Returns a function that ends the polling. */
export function watchIdleness(idleSeconds: number, isBusy: () => boolean, stop: () => void): () => void {
  let busyAt = performance.now();
  const timer = setInterval(
    () => {
      if (isBusy()) busyAt = performance.now();
      else if (performance.now() - busyAt >= idleSeconds * 1000) {
        clearInterval(timer);
        stop();
      }
    },
    Math.min(1000, (idleSeconds * 1000) / 4),
  );
  return () => clearInterval(timer);
}
