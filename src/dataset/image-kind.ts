/** @file The format of an image by the first bytes of its file: for messages about images that cannot be read. */
import { extname } from 'node:path';

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.subarray(from, to)).toString('latin1');

/** How files of these formats begin. */
const signatures: readonly (readonly [start: string, kind: string])[] = [
  ['\x89PNG', 'PNG'],
  ['\xff\xd8\xff', 'JPEG'],
  ['GIF8', 'GIF'],
  ['II*\0', 'TIFF'],
  ['MM\0*', 'TIFF'],
  ['BM', 'BMP'],
  ['8BPS', 'PSD'],
  ['\x76\x2f\x31\x01', 'OpenEXR'],
  ['\xff\x0a', 'JPEG XL'],
  ['\0\0\0\x0cJXL ', 'JPEG XL'],
  ['\0\0\0\x0cjP  ', 'JPEG 2000'],
  ['\0\0\x01\0', 'ICO'],
  ['qoif', 'QOI'],
  ['DDS ', 'DDS'],
  ['#?RADIANCE', 'Radiance HDR'],
];

/** Formats without a signature, by extension. */
const byExtension: Readonly<Record<string, string>> = { '.tga': 'TGA', '.svg': 'SVG', '.pcx': 'PCX' };

/** The format's name; undefined for a file that seems to be no image. */
export function imageKind(bytes: Uint8Array, file: string): string | undefined {
  const start = latin1(bytes, 0, 32);
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return 'WebP';
  // Containers of the MPEG family: the brand, which may be among the compatible ones only.
  if (start.slice(4, 8) === 'ftyp') {
    if (/avi[fs]/.test(start)) return 'AVIF';
    if (/hei[cxms]|hev[cxms]|mif1|msf1/.test(start)) return 'HEIC';
  }
  return signatures.find(([signature]) => start.startsWith(signature))?.[1] ?? byExtension[extname(file).toLowerCase()];
}
