/** @file Replaces a file while another program holds it: for a second, and for longer than anybody waits. */

import { writeAtomically } from 'file:///C:/app/node_modules/lora-bridge/dist/files/atomic.js';
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hold } from './hold.mjs';

const folder = 'D:\\held';
mkdirSync(folder, { recursive: true });
const file = `${folder}\\lora.safetensors`;
writeFileSync(file, 'old');

const release = hold(file);
assert.throws(() => hold(`${file}.absent`));
setTimeout(release, 1000);
const begun = performance.now();
await writeAtomically(file, 'new');
const seconds = ((performance.now() - begun) / 1000).toFixed(1);
assert.equal(readFileSync(file, 'utf8'), 'new');
assert.ok(Number(seconds) >= 0.9, `replaced after ${seconds} s while it was held: the check shows nothing`);

const releaseLate = hold(file);
const error = await writeAtomically(file, 'newer').then(
  () => undefined,
  (reason) => reason,
);
releaseLate();
assert.equal(error?.code, 'resource.file.busy', `${error?.code}: ${error?.message}`);
assert.ok(error.message.includes(file), error.message);
assert.equal(readFileSync(file, 'utf8'), 'new');
assert.deepEqual(readdirSync(folder), ['lora.safetensors']);
console.log(`replaced after ${seconds} s; held longer: ${error.code}, the old file is whole`);
