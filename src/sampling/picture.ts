/** @file Decoded RGB images. */

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel, row by row from the top. */
  readonly rgb: Uint8ClampedArray;
}

/** Converts a VAE's pixels [3, height, width] in -1 … 1 to an image, clamped, rounded as in diffusers (halves to even). */
export function pictureOf(pixels: Float32Array, width: number, height: number): Picture {
  const plane = width * height;
  const rgb = new Uint8ClampedArray(plane * 3);
  for (let pixel = 0; pixel < plane; pixel++)
    for (let channel = 0; channel < 3; channel++)
      rgb[pixel * 3 + channel] = ((pixels[channel * plane + pixel] ?? 0) / 2 + 0.5) * 255;
  return { width, height, rgb };
}

/** A white image. */
export function blankPicture(width: number, height: number): Picture {
  return { width, height, rgb: new Uint8ClampedArray(width * height * 3).fill(255) };
}

/** Copies an image into a larger one, which is changed, with its upper left corner at (left, top). */
export function paste(sheet: Picture, picture: Picture, left: number, top: number): void {
  const line = picture.width * 3;
  for (let y = 0; y < picture.height; y++)
    sheet.rgb.set(picture.rgb.subarray(y * line, (y + 1) * line), ((top + y) * sheet.width + left) * 3);
}
