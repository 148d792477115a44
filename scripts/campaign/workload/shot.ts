/** @file Shots that the campaign takes: small images of a figure, every one with bytes of its own. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { Random } from '../random.js';

export interface Shot {
  readonly id: string;
  readonly character: string;
  readonly name: string;
  readonly sha256: string;
  readonly bytes: Buffer;
}

/** A PNG of a coloured figure on transparent ground, `edge` pixels high and wide. */
export async function makeImage(random: Random, edge = 96): Promise<Buffer> {
  const pixels = Buffer.alloc(edge * edge * 4);
  const colour = [random.integer(0, 255), random.integer(0, 255), random.integer(0, 255)];
  const [radius, left] = [0.15 + random.next() * 0.1, 0.4 + random.next() * 0.2];
  for (let y = 0; y < edge; y++) {
    for (let x = 0; x < edge; x++) {
      const [across, down] = [x / edge - left, y / edge];
      const isHead = Math.hypot(across, down - 0.25) < radius;
      const isBody = Math.abs(across) < 0.18 && down > 0.4 && down < 0.95;
      if (!isHead && !isBody) continue;
      const at = (y * edge + x) * 4;
      for (let channel = 0; channel < 3; channel++)
        pixels[at + channel] = ((colour[channel] ?? 0) + (isHead ? 60 : 0) + ((x * 7 + y * 13) % 23)) & 255;
      pixels[at + 3] = 255;
    }
  }
  return await sharp(pixels, { raw: { width: edge, height: edge, channels: 4 } })
    .png()
    .toBuffer();
}

export async function makeShot(random: Random, character: string, edge?: number): Promise<Shot> {
  const bytes = await makeImage(random, edge);
  const id = random.uuid();
  return { id, character, name: `shot_${id.slice(0, 8)}`, bytes, sha256: sha256Of(bytes) };
}

export async function makeShots(random: Random, character: string, count: number, edge?: number): Promise<Shot[]> {
  const shots: Shot[] = [];
  for (let index = 0; index < count; index++) shots.push(await makeShot(random, character, edge));
  return shots;
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
