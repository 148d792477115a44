/** @file Doing something with another working folder. */

/** One at a time: the working folder belongs to the whole process. */
let previous: Promise<unknown> = Promise.resolve();

/**
 * What `make` makes while the working folder is `folder`: sessions that are made from bytes look for weight files there.
 * With no folder, the working folder stays what it is.
 */
export function withWorkingFolder<Result>(folder: string | undefined, make: () => Promise<Result>): Promise<Result> {
  const turn = previous;
  const made = (async () => {
    await turn.catch(() => undefined);
    const before = process.cwd();
    if (folder !== undefined) process.chdir(folder);
    try {
      return await make();
    } finally {
      process.chdir(before);
    }
  })();
  previous = made;
  return made;
}
