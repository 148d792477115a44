/** @file Ends a daemon cleanly when its process is asked to end. */
import type { Daemon } from './daemon.js';

/** Stops `daemon` on SIGINT, SIGTERM and SIGHUP; until it is closed, the process lives on. */
export function stopOnSignals(daemon: Daemon): void {
  const stop = (): void => void daemon.stop();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  void daemon.closed.then(() => {
    for (const signal of signals) process.off(signal, stop);
  });
}
