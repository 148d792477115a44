/** @file What is made of a Python environment's answer, with small fake Pythons. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findEnvironment, inspectEnvironment } from '../../src/engines/diffusers/environment.js';
import { packages } from '../../src/engines/diffusers/packages.js';

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'lora-bridge-environment-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};

/** A program that prints a text and ends with a status, in Python's place. */
function fake(text: string, status = 0): string {
  const file = join(folder(), 'python');
  writeFileSync(file, `#!${process.execPath}\nconsole.log(${JSON.stringify(text)});\nprocess.exitCode = ${status};\n`);
  chmodSync(file, 0o755);
  return file;
}

const answer = (versions: Readonly<Record<string, string>>, cuda: string | null = null): string =>
  JSON.stringify({ versions, cuda });

describe.skipIf(process.platform === 'win32')('an environment', () => {
  test('with every package can be used, in its own versions or the pinned ones', async () => {
    const own = { ...packages, torch: '9.9.9+cu999' };
    const python = fake(answer(own, '99.9'));
    expect(await inspectEnvironment(python, undefined)).toEqual({ usable: true, python, cuda: '99.9', versions: own });
    expect(await inspectEnvironment(python, packages)).toMatchObject({
      usable: false,
      installed: true,
      reason: expect.stringMatching(/has torch 9\.9\.9\+cu999, not .*engine update diffusers/),
    });
    const built = fake(answer({ ...packages, torch: `${packages.torch}+cpu` }));
    expect(await inspectEnvironment(built, packages)).toMatchObject({ usable: true, cuda: undefined });
  });

  test.each<[string, () => string, RegExp]>([
    ['without a package', () => fake(answer({ torch: '1' })), /^diffusers is missing.*LORA_BRIDGE_PYTHON must name/],
    ['that fails', () => fake('', 3), /does not run/],
    ['that says something else', () => fake('Python 2.7'), /does not run/],
    ['that is not there', () => join(folder(), 'python'), / does not exist/],
  ])('%s is named as broken', async (_, python, reason) => {
    const found = await findEnvironment(folder(), python());
    expect(found).toMatchObject({ usable: false, installed: true, reason: expect.stringMatching(reason) });
  });

  test('that was never installed is no fault', async () => {
    expect(await findEnvironment(folder(), '')).toMatchObject({ usable: false, installed: false });
  });
});
