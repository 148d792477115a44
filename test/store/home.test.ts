/** @file Where the data folder is on each platform. */
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHome, homeAt, homeFolder } from '../../src/store/home.js';
import { temporaryFolder } from './support.js';

test('LORA_BRIDGE_HOME comes before everything', () => {
  const folder = temporaryFolder();
  expect(homeFolder({ LORA_BRIDGE_HOME: folder, XDG_STATE_HOME: '/x' }, 'linux')).toBe(folder);
});

test('Linux: XDG_STATE_HOME where it is absolute, else ~/.local/state', () => {
  expect(homeFolder({ XDG_STATE_HOME: '/state' }, 'linux')).toBe(join('/state', 'lora-bridge'));
  expect(homeFolder({ XDG_STATE_HOME: 'state' }, 'linux')).toBe(join(homedir(), '.local', 'state', 'lora-bridge'));
  expect(homeFolder({}, 'linux')).toBe(join(homedir(), '.local', 'state', 'lora-bridge'));
});

test('Windows: LOCALAPPDATA; macOS: Application Support', () => {
  expect(homeFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'lora-bridge'));
  expect(homeFolder({}, 'darwin')).toBe(join(homedir(), 'Library', 'Application Support', 'lora-bridge'));
});

test.skipIf(process.platform === 'win32')('only the owner may look into it', () => {
  const home = homeAt(join(temporaryFolder(), 'deep', 'home'));
  createHome(home);
  expect(statSync(home.folder).mode & 0o777).toBe(0o700);
  // Nor where the folder was there before, or was opened to others.
  writeFileSync(home.database, '');
  chmodSync(home.folder, 0o755);
  chmodSync(home.database, 0o644);
  createHome(home);
  expect(statSync(home.folder).mode & 0o777).toBe(0o700);
  expect(statSync(home.database).mode & 0o777).toBe(0o600);
});
