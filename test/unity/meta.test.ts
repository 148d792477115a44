/** @file Every file of a package has one .meta of its own, with one GUID wherever it is made. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

function unityMeta(...args: string[]): { status: number | null; stderr: string } {
  const command = ['node_modules/tsx/dist/cli.mjs', 'scripts/unity-meta.ts', folder, ...args];
  return spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unity-meta-'));
  mkdirSync(join(folder, 'Editor'));
  mkdirSync(join(folder, 'Samples~'));
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(join(folder, 'Editor/Window.cs'), '');
  writeFileSync(join(folder, 'Samples~/hidden.cs'), '');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('unity-meta', () => {
  it('gives files and folders that Unity sees the same GUIDs each time', () => {
    expect(unityMeta().status).toBe(0);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual([
      'Editor',
      'Editor.meta',
      'Editor/Window.cs',
      'Editor/Window.cs.meta',
      'Samples~',
      'Samples~/hidden.cs',
      'package.json',
      'package.json.meta',
    ]);
    const first = readFileSync(join(folder, 'Editor/Window.cs.meta'), 'utf8');
    expect(first).toMatch(/^fileFormatVersion: 2\nguid: [0-9a-f]{32}\nMonoImporter:\n/);
    rmSync(join(folder, 'Editor/Window.cs.meta'));
    expect(unityMeta().status).toBe(0);
    expect(readFileSync(join(folder, 'Editor/Window.cs.meta'), 'utf8')).toBe(first);
    expect(unityMeta('--check').status).toBe(0);
  });

  it.each([
    ['missing', () => rmSync(join(folder, 'Editor.meta')), 'Editor: has no .meta'],
    ['stray', () => rmSync(join(folder, 'Editor/Window.cs')), 'Editor/Window.cs.meta: its file is gone'],
    [
      'double',
      () => writeFileSync(join(folder, 'Editor/Window.cs.meta'), readFileSync(join(folder, 'package.json.meta'))),
      'package.json.meta: has the GUID of Editor/Window.cs',
    ],
    ['broken', () => writeFileSync(join(folder, 'Editor.meta'), 'guid: 12'), 'Editor.meta: has no GUID'],
  ])('refuses a %s one', (_, spoil, complaint) => {
    unityMeta();
    spoil();
    const { status, stderr } = unityMeta('--check');
    expect(status).toBe(1);
    expect(stderr).toContain(complaint);
  });
});
