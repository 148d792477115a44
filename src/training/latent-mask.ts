/** @file The character's silhouette at the resolution of the latents. */

/**
 * The mean of a square mask over the pixels of each latent pixel.
 * @param mask [edge, edge], 0 … 1; `edge` is a multiple of height and width
 * @returns [height, width]
 */
export function latentMask(mask: Float32Array, height: number, width: number): Float32Array {
  const edge = Math.round(Math.sqrt(mask.length));
  const [rows, columns] = [edge / height, edge / width];
  const means = new Float32Array(height * width);
  for (const [index, value] of mask.entries()) {
    const y = Math.floor(Math.floor(index / edge) / rows);
    const x = Math.floor((index % edge) / columns);
    means[y * width + x] = (means[y * width + x] ?? 0) + value / (rows * columns);
  }
  return means;
}
