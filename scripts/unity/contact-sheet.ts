/**
 * @file `npm run unity:sheet`: has the test Unity take the default plan's 15 shots and puts them on the sheet in the package's
 * documentation, on a chequered ground that shows their transparency.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Picture } from '../../src/sampling/picture.js';
import { runCSharpTests } from '../csharp/tests.js';
import { comparisonSheet } from '../demo/comparison-sheet.js';

const output = fileURLToPath(new URL('../../unity-package/Documentation~/images/contact-sheet.jpg', import.meta.url));

/** Edge of a square of the ground, in pixels. */
const square = 16;

async function onChequers(file: string): Promise<Picture> {
  const { width, height } = await sharp(file).metadata();
  const rgb = Buffer.alloc(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    rgb.fill((Math.floor(x / square) + Math.floor(y / square)) % 2 === 0 ? 255 : 232, pixel * 3, pixel * 3 + 3);
  }
  const ground = sharp(rgb, { raw: { width, height, channels: 3 } });
  const data = await ground
    .composite([{ input: file }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { width, height, rgb: new Uint8ClampedArray(data) };
}

const folder = await mkdtemp(join(tmpdir(), 'contact-sheet-'));
try {
  process.env.CONTACT_SHEET_SHOTS = folder;
  const counts = await runCSharpTests('ContactSheet');
  if (typeof counts === 'string') throw new Error(`The shots cannot be taken: ${counts}.`);
  const files = (await readdir(folder)).sort();
  if (counts.failed > 0 || files.length !== 15) throw new Error(`Instead of 15 shots there are ${files.length}.`);
  // The plan goes through the angles pose by pose: every third shot is of one angle.
  const rows = [
    { label: 'left-front', first: 1 },
    { label: 'front', first: 0 },
    { label: 'right-front', first: 2 },
  ].map(async ({ label, first }) => {
    const shots = files.filter((_, index) => index % 3 === first);
    return { label, pictures: await Promise.all(shots.map((file) => onChequers(join(folder, file)))) };
  });
  const { rgb, width, height } = await comparisonSheet(await Promise.all(rows));
  const { size } = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toFile(output);
  console.log(`${output}: ${width} × ${height} pixels, ${Math.round(size / 1000)} kB`);
} finally {
  await rm(folder, { recursive: true });
}
