/** @file A file for its user only, by mode or by access list. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { userOnly, writeDurably } from '../../src/files/durable.js';

test('nobody else may read it, also after it was replaced', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'daemon.json');
  for (const text of ['first', 'second']) {
    await writeDurably(file, text, { mode: userOnly });
    expect(readFileSync(file, 'utf8')).toBe(text);
    if (process.platform !== 'win32') {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      continue;
    }
    // One line for each account that may do something; `(I)` marks what is inherited.
    const lines = execFileSync('icacls', [file], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(':('));
    expect(lines).toHaveLength(2);
    expect(lines.some((line) => line.toLowerCase().includes(userInfo().username.toLowerCase()))).toBe(true);
    expect(lines.join()).not.toMatch(/\(I\)|Everyone|Users/);
  }
});
