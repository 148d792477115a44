/** @file A decoded image with transparency. */

export interface RgbaPicture {
  readonly width: number;
  readonly height: number;
  /** Rows of R, G, B, A, 8 bits each, straight (not premultiplied) alpha. */
  readonly data: Uint8Array;
}
