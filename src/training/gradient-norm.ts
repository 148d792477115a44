/** @file The global gradient norm, and clipping to it as torch.nn.utils.clip_grad_norm_ does. */

/** Square root of the sum of squares; not finite when any gradient is not. */
export function gradientNorm(gradients: Float32Array): number {
  let sum = 0;
  for (const gradient of gradients) sum += gradient * gradient;
  return Math.sqrt(sum);
}

/** Scales `gradients` in place so that their norm, given as `norm`, is at most `limit`. */
export function clipGradients(gradients: Float32Array, norm: number, limit: number): void {
  // torch adds 1e-6 to the norm, so that gradients of exactly the limit are scaled as well.
  const scale = limit / (norm + 1e-6);
  if (scale >= 1) return;
  for (let i = 0; i < gradients.length; i++) gradients[i] = (gradients[i] ?? 0) * scale;
}
