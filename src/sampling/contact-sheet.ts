/** @file Several images as one grid. `writePicture` saves what comes out. */
import { blankPicture, type Picture, paste } from './picture.js';

/** The images side by side, row by row: six as two rows of three. All are of one size; at least one. */
export function contactSheet(pictures: readonly Picture[]): Picture {
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const rows = Math.ceil(pictures.length / columns);
  const { width = 0, height = 0 } = pictures[0] ?? {};
  const sheet = blankPicture(columns * width, rows * height);
  for (const [index, picture] of pictures.entries())
    paste(sheet, picture, (index % columns) * width, Math.floor(index / columns) * height);
  return sheet;
}
