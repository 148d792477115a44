/** @file The same image sent twice at once, forty times. */

import { Pictures } from 'file:///C:/app/node_modules/lora-bridge/dist/store/pictures.js';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const pictures = await Pictures.open('D:\\pictures');
let refused = 0;
for (let round = 0; round < 40; round += 1) {
  const bytes = randomBytes(20_000);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const both = await Promise.allSettled([pictures.put(sha256, bytes), pictures.put(sha256, bytes)]);
  refused += both.filter(({ status }) => status === 'rejected').length;
  assert.deepEqual(readFileSync(pictures.path(sha256)), bytes);
}
assert.equal(refused, 0, `${refused} of 80 refused`);
console.log('80 of 80 stored');
