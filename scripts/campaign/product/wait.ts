/** @file Waiting for what happens outside. */
import { setTimeout as delay } from 'node:timers/promises';

export { delay };

/** Asks again and again until there is something; undefined when there is nothing within `seconds`. */
export async function waitFor<Result>(
  seconds: number,
  look: () => Result | undefined | Promise<Result | undefined>,
  everyMilliseconds = 20,
): Promise<Result | undefined> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) return undefined;
    await delay(everyMilliseconds);
  }
}

/** Repeats an action, one after the other, until `seconds` are over. */
export async function repeatFor(seconds: number, action: () => Promise<void>): Promise<void> {
  const end = performance.now() + seconds * 1000;
  do await action();
  while (performance.now() < end);
}

/** The promise's value, or an error that names what did not come within `seconds`. */
export async function within<Value>(seconds: number, what: string, promise: Promise<Value>): Promise<Value> {
  const abort = new AbortController();
  const late = delay(seconds * 1000, undefined, { signal: abort.signal }).then(() => {
    throw new Error(`${what} took longer than ${seconds} s`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    abort.abort();
    late.catch(() => {});
  }
}
