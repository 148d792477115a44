/** @file On Windows a child process of a program without a console opens a console window, unless it is hidden: one file starts them all. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fork, outputOf, spawn } from '../src/worker/child-process.js';

const src = fileURLToPath(new URL('../src', import.meta.url));

test('only one file of src/ starts processes', () => {
  const files = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  const starting = files.filter((file) =>
    // Types may be imported by anyone.
    /(?<!import type [^;]*)['"](node:)?(child_process|cluster)['"]/.test(readFileSync(file, 'utf8')),
  );
  expect(starting.map((file) => relative(src, file).replaceAll(sep, '/'))).toEqual(['worker/child-process.ts']);
});

test('each of its functions hides the window, and is otherwise that of Node', async () => {
  const { stdout } = await outputOf(process.execPath, ['-e', 'console.log("seen")'], { timeout: 30_000 });
  expect(stdout).toBe('seen\n');
  const failing = outputOf(process.execPath, ['-e', 'console.error("why"); process.exit(3)'], { timeout: 30_000 });
  await expect(failing).rejects.toMatchObject({ code: 3, stderr: 'why\n' });
  const child = spawn(process.execPath, ['-e', 'process.exit(4)'], { stdio: 'ignore' });
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(4);
  const forked = fork(fileURLToPath(new URL('worker/absent.js', import.meta.url)), { stdio: 'ignore' });
  expect(await new Promise((resolve) => forked.once('exit', resolve))).toBe(1);
  const source = readFileSync(join(src, 'worker', 'child-process.ts'), 'utf8');
  expect(source.match(/original\.\w+\(.*\.\.\.hidden|execFile\(.*\.\.\.hidden/g)).toHaveLength(3);
});
