/** @file Every kind of picture a person may drop in: read as it should be, or refused by name. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodePicture, type Picture, readPictureFile } from '../../src/dataset/picture.js';
import { animation, figurePng, godette, pixelBomb } from './sample-pictures.js';

const plain = (background: string, width = 64, height = 64) =>
  sharp({ create: { width, height, channels: 4, background } });

const pixel = ({ data, width }: Picture, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];

describe('pictures that can be used', () => {
  test('a transparent PNG keeps its straight alpha', async () => {
    const { bytes, sha256 } = await readPictureFile(join(godette, 'stand_full_yaw0.png'));
    const picture = await decodePicture(bytes, 'stand');
    expect(picture).toMatchObject({ width: 768, height: 1024, alpha: true, frames: 1 });
    expect(picture.data.length).toBe(768 * 1024 * 4);
    expect(pixel(picture, 0, 0)[3]).toBe(0);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('EXIF rotation is applied', async () => {
    const left = await plain('#ff0000', 40, 60).png().toBuffer();
    const bytes = await plain('#0000ff', 80, 60)
      .composite([{ input: left, left: 0, top: 0 }])
      .removeAlpha()
      .withMetadata({ orientation: 6 }) // to be turned 90° clockwise for viewing
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const picture = await decodePicture(bytes, 'rotated.jpg');
    expect(picture).toMatchObject({ width: 60, height: 80, alpha: false });
    expect(pixel(picture, 30, 5)[0]).toBeGreaterThan(200); // what was left is now on top
    expect(pixel(picture, 30, 75)[2]).toBeGreaterThan(200);
  });

  test('16 bits a channel become 8', async () => {
    const deep = Uint16Array.from({ length: 64 * 64 * 3 }, (_, at) => [0x8000, 0xffff, 0x1234][at % 3] ?? 0);
    const bytes = await sharp(deep, { raw: { width: 64, height: 64, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    const picture = await decodePicture(bytes, 'deep.png');
    expect(picture.data.length).toBe(64 * 64 * 4);
    expect(pixel(picture, 3, 3)).toEqual([0x80, 0xff, 0x12, 255]);
  });

  test.each(['avif', 'tiff'] as const)('%s keeps its alpha', async (format) => {
    const bytes = await plain('#20a04080')
      .toFormat(format, { lossless: true, compression: format === 'avif' ? 'av1' : 'lzw' })
      .toBuffer();
    const picture = await decodePicture(bytes, `picture.${format}`);
    expect(picture).toMatchObject({ format, width: 64, height: 64, alpha: true, frames: 1 });
    expect(pixel(picture, 9, 9)).toEqual([0x20, 0xa0, 0x40, 0x80]);
  });

  test('a CMYK JPEG becomes sRGB', async () => {
    const bytes = await plain('#e04020').removeAlpha().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    const [red = 0, green = 0, blue = 0, alpha] = pixel(await decodePicture(bytes, 'cmyk.jpg'), 9, 9);
    expect(alpha).toBe(255);
    expect(red).toBeGreaterThan(170);
    expect(Math.max(green, blue)).toBeLessThan(110);
  });

  test('grey becomes RGB', async () => {
    const bytes = await plain('#777777').removeAlpha().toColourspace('b-w').png().toBuffer();
    expect((await sharp(bytes).metadata()).channels).toBe(1);
    expect(pixel(await decodePicture(bytes, 'grey.png'), 1, 1)).toEqual([0x77, 0x77, 0x77, 255]);
  });

  test.each(['gif', 'webp'] as const)('of an animated %s the first frame is used', async (format) => {
    const picture = await decodePicture(await animation(format), `animated.${format}`);
    expect(picture).toMatchObject({ width: 64, height: 64, frames: 2 });
    const [red = 0, , blue = 0] = pixel(picture, 32, 32);
    expect(red).toBeGreaterThan(200);
    expect(blue).toBeLessThan(60);
  });
});

describe('pictures that cannot', () => {
  const bad: [name: string, code: string, make: () => Promise<Buffer> | Buffer][] = [
    ['truncated.png', 'input.picture.damaged', async () => (await figurePng(0)).subarray(0, 900)],
    ['headless.png', 'input.picture.damaged', async () => (await figurePng(0)).subarray(0, 20)],
    [
      'truncated.jpg',
      'input.picture.damaged',
      async () => {
        const bytes = await sharp(join(godette, 'bow_full_yaw0.png')).flatten().jpeg().toBuffer();
        return bytes.subarray(0, bytes.length / 2);
      },
    ],
    [
      'truncated.webp',
      'input.picture.damaged',
      async () => {
        const bytes = await sharp(join(godette, 'bow_full_yaw0.png')).webp().toBuffer();
        return bytes.subarray(0, bytes.length / 2);
      },
    ],
    ['bomb.png', 'input.picture.huge', () => pixelBomb(50_000)],
    ['over-the-limit.png', 'input.picture.huge', () => pixelBomb(8_001)],
    ['lying.png', 'input.picture.damaged', () => pixelBomb(2_000)],
    ['empty.png', 'input.picture.empty', () => Buffer.alloc(0)],
    ['text.png', 'input.picture.format', () => Buffer.from('This is not a picture at all.')],
    [
      'drawing.png',
      'input.picture.format',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>'),
    ],
    ['invisible.png', 'input.picture.transparent', () => plain('#ff000000').png().toBuffer()],
    ['dot.png', 'input.picture.small', () => plain('#ff0000', 1, 1).png().toBuffer()],
  ];
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lora-bridge-picture-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(bad)('%s is refused as %s, naming the file and a remedy', async (name, code, make) => {
    const file = join(folder, name);
    await writeFile(file, await make());
    const read = async () => decodePicture((await readPictureFile(file)).bytes, file);
    await expect(read()).rejects.toMatchObject({ code, file, message: expect.stringContaining(name) });
    await expect(read()).rejects.toMatchObject({ hint: expect.stringMatching(/\.$/) });
  });

  test('a file that is gone is named', async () => {
    const file = join(folder, 'gone.png');
    await expect(readPictureFile(file)).rejects.toMatchObject({ code: 'input.file.missing', file });
  });
});

test.each([
  ['BMP', 'a.bmp', 'BM\x36\xc0'],
  ['HEIC', 'a.heic', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
  ['JPEG XL', 'a.jxl', '\xff\x0a\xfa\x1f'],
  ['OpenEXR', 'a.exr', '\x76\x2f\x31\x01\x02'],
  ['TGA', 'a.tga', '\0\0\x02\0\0'],
  ['PSD', 'a.psd', '8BPS\0\x01'],
])('a %s image is refused by the name of its format', async (kind, file, start) => {
  const bytes = Buffer.concat([Buffer.from(start, 'latin1'), Buffer.alloc(200)]);
  await expect(decodePicture(bytes, file)).rejects.toMatchObject({
    code: 'input.picture.format',
    message: expect.stringMatching(new RegExp(`is an? ${kind} image, which cannot be read`)),
  });
});

/** A grey TIFF of 64 × 64 float32 values, which sharp does not write. */
function floatTiff(): Buffer {
  const entries = [
    [256, 3, 64], // width
    [257, 3, 64], // height
    [258, 3, 32], // bits
    [262, 3, 1], // black is 0
    [273, 4, 256], // where the strip is
    [277, 3, 1], // channels
    [278, 3, 64], // rows of the strip
    [279, 4, 64 * 64 * 4], // its bytes
    [339, 3, 3], // floating point
  ] as const;
  const bytes = Buffer.alloc(256 + 64 * 64 * 4);
  bytes.write('II*\0\x08', 'latin1');
  bytes.writeUInt16LE(entries.length, 8);
  for (const [index, [tag, type, value]] of entries.entries()) {
    const at = 10 + 12 * index;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  }
  for (let at = 256; at < bytes.length; at += 4) bytes.writeFloatLE(0.5, at);
  return bytes;
}

test('a TIFF of floating-point values is refused: they have no exposure', async () => {
  expect((await sharp(floatTiff()).metadata()).depth).toBe('float');
  await expect(decodePicture(floatTiff(), 'a.tiff')).rejects.toMatchObject({
    code: 'input.picture.format',
    message: 'a.tiff is a floating-point TIFF image, which cannot be read.',
  });
});
