/**
 * @file The signals with which somebody ends a process: Ctrl-C, `kill`, a closed terminal, and on Windows Ctrl-Break. A closed console
 * window arrives as SIGHUP too: Windows then ends the process within some five seconds, whatever it does.
 */

/** Node knows SIGBREAK on Windows only, and never emits it elsewhere. */
export const endSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'];

/** Calls `listener` for each signal to end, which then no longer ends the process. Returns a function that removes it. */
export function onEndSignal(listener: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of endSignals) process.on(signal, listener);
  return () => {
    for (const signal of endSignals) process.off(signal, listener);
  };
}
