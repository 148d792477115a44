/** @file The sinusoidal embedding of timesteps: diffusers' `get_timestep_embedding` (models/embeddings.py). */

/**
 * Embeds timesteps for the UNet's first layer.
 * @param timesteps one per sample, 0 to 999; may be fractional
 * @returns [timesteps, size], computed in float32 as torch does
 */
export function embedTimesteps(
  timesteps: readonly number[],
  size: number,
  options: { readonly flipSinToCos: boolean; readonly frequencyShift: number },
): Float32Array {
  const half = Math.floor(size / 2);
  const embedding = new Float32Array(timesteps.length * size);
  const [sine, cosine] = options.flipSinToCos ? [half, 0] : [0, half];
  for (let i = 0; i < half; i++) {
    const exponent = Math.fround(Math.fround(-Math.log(10000) * i) / (half - options.frequencyShift));
    const frequency = Math.fround(Math.exp(exponent));
    timesteps.forEach((timestep, row) => {
      const angle = Math.fround(timestep * frequency);
      embedding[row * size + sine + i] = Math.sin(angle);
      embedding[row * size + cosine + i] = Math.cos(angle);
    });
  }
  return embedding;
}
