/** @file Rows of images with labels, to compare. */
import sharp from 'sharp';
import { blankPicture, type Picture, paste } from '../../src/sampling/picture.js';
import { labelPath, labelWidth } from './label-letters.js';

export interface LabelledRow {
  /** Letters, digits, spaces and - . : / + ; shown in capitals. */
  readonly label: string;
  readonly pictures: readonly Picture[];
}

/** Rows of pictures, each under its label: before and after, with the same prompts and seeds. All pictures are of one size. */
export async function comparisonSheet(rows: readonly LabelledRow[]): Promise<Picture> {
  const { width = 0, height = 0 } = rows[0]?.pictures[0] ?? {};
  const strip = Math.max(20, Math.round(width / 10));
  const columns = Math.max(...rows.map(({ pictures }) => pictures.length));
  const sheet = blankPicture(columns * width, rows.length * (strip + height));
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
