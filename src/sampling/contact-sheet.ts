/** @file Several pictures as one: a plain grid, or rows with labels to compare. `writePicture` saves what comes out. */
import sharp from 'sharp';
import { labelPath, labelWidth } from './label-letters.js';
import type { Picture } from './picture.js';

export interface LabelledRow {
  /** Letters, digits, spaces and - . : / + ; shown in capitals. */
  readonly label: string;
  readonly pictures: readonly Picture[];
}

/** The pictures side by side, row by row: six as two rows of three. All are of one size; at least one. */
export function contactSheet(pictures: readonly Picture[]): Picture {
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const rows = Math.ceil(pictures.length / columns);
  const { width = 0, height = 0 } = pictures[0] ?? {};
  const sheet = blank(columns * width, rows * height);
  for (const [index, picture] of pictures.entries())
    paste(sheet, picture, (index % columns) * width, Math.floor(index / columns) * height);
  return sheet;
}

/** Rows of pictures, each under its label: before and after, with the same prompts and seeds. All pictures are of one size. */
export async function comparisonSheet(rows: readonly LabelledRow[]): Promise<Picture> {
  const { width = 0, height = 0 } = rows[0]?.pictures[0] ?? {};
  const strip = Math.max(20, Math.round(width / 10));
  const columns = Math.max(...rows.map(({ pictures }) => pictures.length));
  const sheet = blank(columns * width, rows.length * (strip + height));
  for (const [row, { pictures }] of rows.entries())
    for (const [column, picture] of pictures.entries())
      paste(sheet, picture, column * width, row * (strip + height) + strip);
  const labels = rows.map(({ label }, row) => ({ label, top: row * (strip + height) }));
  return withLabels(sheet, labels, strip);
}

/** Writes each label into its strip. Its letters are drawn by us: a bare machine has no fonts. */
async function withLabels(
  sheet: Picture,
  labels: readonly { readonly label: string; readonly top: number }[],
  strip: number,
): Promise<Picture> {
  const unit = strip / 12;
  const paths = labels.map(({ label, top }) => {
    const scale = Math.min(unit, (sheet.width - strip) / Math.max(1, labelWidth(label)));
    const transform = `translate(${strip / 2} ${top + (strip - 6 * scale) / 2}) scale(${scale})`;
    return `<path transform="${transform}" d="${labelPath(label)}"/>`;
  });
  const style = 'fill="none" stroke="#333" stroke-width="0.8" stroke-linecap="round" stroke-linejoin="round"';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${sheet.width}" height="${sheet.height}"><g ${style}>${paths.join('')}</g></svg>`;
  const { data } = await sharp(sheet.rgb, { raw: { width: sheet.width, height: sheet.height, channels: 3 } })
    .composite([{ input: Buffer.from(svg) }])
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { ...sheet, rgb: new Uint8ClampedArray(data) };
}

function blank(width: number, height: number): Picture {
  return { width, height, rgb: new Uint8ClampedArray(width * height * 3).fill(255) };
}

function paste(sheet: Picture, picture: Picture, left: number, top: number): void {
  const line = picture.width * 3;
  for (let y = 0; y < picture.height; y++)
    sheet.rgb.set(picture.rgb.subarray(y * line, (y + 1) * line), ((top + y) * sheet.width + left) * 3);
}
