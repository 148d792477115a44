/** @file What a check of the Windows build is. */
import type { WindowsMachine } from './machine.js';

export interface Check {
  readonly name: string;
  /** Returns what was seen, in a few words. Throws where something did not hold. */
  readonly run: (machine: WindowsMachine) => Promise<string>;
}

/** @throws with `message` where `condition` does not hold */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
