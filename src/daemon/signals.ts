/** @file Stops a daemon cleanly when its process receives a signal to end. */
import { onEndSignal } from '../worker/end-signals.js';
import type { Daemon } from './daemon.js';

/** Stops `daemon` on such a signal; the process exits once the daemon is closed. */
export function stopOnSignals(daemon: Daemon): void {
  void daemon.closed.then(onEndSignal(() => void daemon.stop()));
}
