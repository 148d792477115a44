/** @file Stops a daemon cleanly when its process receives a signal to end. */
import type { Daemon } from './daemon.js';

/** Stops `daemon` on SIGINT, SIGTERM and SIGHUP; the process exits once the daemon is closed. */
export function stopOnSignals(daemon: Daemon): void {
  const stop = (): void => void daemon.stop();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  void daemon.closed.then(() => {
    for (const signal of signals) process.off(signal, stop);
  });
}
