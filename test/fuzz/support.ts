/** @file Shared by all fuzz tests: files made by mutation, and the requirement that every failure has a code. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll } from 'vitest';
import { type ErrorCode, errorCodes } from '../../src/errors/catalogue.js';
import { LoraBridgeError } from '../../src/errors/lora-bridge-error.js';

export const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
afterAll(() => rmSync(folder, { recursive: true }));
export const goldens = fileURLToPath(new URL('../goldens/', import.meta.url));

/** A new seed each day would find more, but a failing run must be reproducible. */
fc.configureGlobal({ seed: 20_240_229, numRuns: 300 });

/** Changes of a file's bytes: some overwritten, a range removed or inserted, the end truncated. */
export const mutations = (path: string) => {
  const whole = readFileSync(path);
  const place = fc.nat(whole.length - 1);
  const overwrite = fc
    .array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 12 })
    .map((changes) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  const cut = place.map((end) => whole.subarray(0, end));
  const splice = fc
    .tuple(place, fc.nat(64), fc.uint8Array({ maxLength: 64 }))
    .map(([at, gone, more]) => Buffer.concat([whole.subarray(0, at), more, whole.subarray(at + gone)]));
  return fc.oneof({ weight: 3, arbitrary: overwrite }, cut, splice);
};

export function write(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/**
 * What `attempt` gives, or undefined where it fails as it may: with a code that begins as one of `codes`, and never with `internal`.
 * Anything else is thrown on.
 */
export async function orCode<Result>(
  attempt: () => Result | Promise<Result>,
  ...codes: readonly string[]
): Promise<Result | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof LoraBridgeError)) throw error;
    const known: readonly ErrorCode[] = errorCodes;
    if (!known.includes(error.code) || !codes.some((code) => error.code.startsWith(code))) throw error;
    return undefined;
  }
}
