/** @file Pieces of a kit: written, damaged, missing, changed, and put together again. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 120_000 });

const scripts = fileURLToPath(new URL('../../../scripts/verify/gpu/', import.meta.url));
const mebibyte = 2 ** 20;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lora-bridge-pieces-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function stage(files: Readonly<Record<string, Buffer>>): void {
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'stage', path)), { recursive: true });
    writeFileSync(join(folder, 'stage', path), bytes);
  }
}

/** Packs what is staged; returns the paths of the pieces. */
function pack(limit = 3 * mebibyte): string[] {
  execFileSync('python3', [join(scripts, 'pieces.py'), join(folder, 'stage'), join(folder, 'out'), String(limit), '0']);
  return readdirSync(join(folder, 'out'))
    .filter((name) => name.endsWith('.piece'))
    .map((name) => join(folder, 'out', name));
}

function unpack(...pieces: readonly string[]) {
  const arguments_ = [join(scripts, 'unpack.py'), '--into', join(folder, 'kit'), ...pieces];
  const { status, stdout, stderr } = spawnSync('python3', arguments_, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const files = {
  // Random bytes do not compress: this one lies in several pieces.
  'bin/node': Buffer.concat([Buffer.from('\x7fELF', 'latin1'), randomBytes(9 * mebibyte)]),
  'node_modules/a/empty.js': Buffer.alloc(0),
  'dist/main.js': Buffer.from('text'),
  'scripts/ü.py': Buffer.from('more text'),
};

describe('a kit in pieces', () => {
  it('comes out as it went in, whatever the order, and however often', () => {
    stage(files);
    chmodSync(join(folder, 'stage', 'bin/node'), 0o755);
    const pieces = pack();
    expect(pieces.length).toBeGreaterThanOrEqual(4);
    for (const piece of pieces) expect(statSync(piece).size).toBeLessThanOrEqual(3 * mebibyte);
    for (const piece of [...pieces.slice(1)].reverse()) expect(unpack(piece)).toMatchObject({ status: 0 });
    expect(unpack().stdout).toContain('Still missing: base-1-of-');
    expect(unpack().status).toBe(1);
    expect(unpack(...pieces).stdout).toContain('The kit is complete');
    expect(unpack()).toMatchObject({ status: 0 });
    for (const [path, bytes] of Object.entries(files))
      expect(readFileSync(join(folder, 'kit', path)).equals(bytes)).toBe(true);
    expect(statSync(join(folder, 'kit', 'bin/node')).mode & 0o777).toBe(0o755);
  });

  it('names every piece that is missing', () => {
    stage(files);
    const [first = '', ...others] = pack();
    const { stdout } = unpack(first);
    expect(stdout).toContain('the pieces of code');
    for (const other of others.filter((piece) => piece.includes('base')))
      expect(stdout).toContain(other.split('/').at(-1));
    expect(unpack(...others.slice(1)).stdout).toMatch(/Still missing: base-2-of-\d\.piece\./);
  });

  it('refuses a piece of which one bit is wrong, or the end is missing, and says what to do', () => {
    stage(files);
    const [first = ''] = pack();
    const bytes = readFileSync(first);
    const damaged = join(folder, 'damaged');
    for (const at of [20, bytes.length >> 1, bytes.length - 1]) {
      const wrong = Buffer.from(bytes);
      wrong.writeUInt8((wrong[at] ?? 0) ^ 1, at);
      writeFileSync(damaged, wrong);
      expect(unpack(damaged)).toMatchObject({ status: 1, stderr: expect.stringMatching(/damaged.*Copy it again/) });
    }
    writeFileSync(damaged, bytes.subarray(0, -1000));
    expect(unpack(damaged)).toMatchObject({ status: 1, stderr: expect.stringContaining('damaged') });
    writeFileSync(damaged, 'something else');
    expect(unpack(damaged)).toMatchObject({ status: 1, stderr: expect.stringContaining('no piece of a GPU kit') });
    expect(unpack(join(folder, 'nowhere')).status).toBe(1);
    expect(readdirSync(join(folder, 'kit'))).toEqual([]);
  });

  it('needs only the code again when only the code has changed', () => {
    stage(files);
    const before = pack();
    unpack(...before);
    const times = before.map((piece) => statSync(piece).mtimeMs);
    stage({ 'dist/main.js': Buffer.from('changed') });
    const after = pack();
    expect(after).toEqual(before);
    expect(after.filter((piece, index) => statSync(piece).mtimeMs !== times[index])).toEqual([
      expect.stringContaining('code-1-of-1'),
    ]);
    expect(unpack(after.at(-1) ?? '').stdout).toContain('The kit is complete');
    expect(readFileSync(join(folder, 'kit', 'dist/main.js'), 'utf8')).toBe('changed');
    // Another base: the unpacked code was not packed with it.
    stage({ 'bin/node': randomBytes(100) });
    const [base = '', code = ''] = pack();
    expect(unpack(base).stdout).toContain('Still missing: the pieces of code');
    expect(unpack(code).stdout).toContain('The kit is complete');
  });
});
