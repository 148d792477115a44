/** @file All kinds of graphs of a base model. */

import { buildTextEncoder } from '../../../src/diffusion/clip/text-encoder.js';
import type { BaseModel } from '../../../src/diffusion/model/base-model.js';
import { buildDenoiser } from '../../../src/diffusion/unet/denoiser.js';
import { buildTrainStep } from '../../../src/diffusion/unet/train-step.js';
import { buildVaeDecoder } from '../../../src/diffusion/vae/decoder.js';
import { buildVaeEncoder } from '../../../src/diffusion/vae/encoder.js';
import type { CompileOptions, Graph } from '../../../src/graph/index.js';

const geometry = { batchSize: 2, height: 8, width: 8, rank: 4 };
const size = { width: 64, height: 64 };

/** A model's graphs, as they are built for a device and precision, with what they are for. */
export function* graphsOf(
  { unet, vae, textEncoders }: BaseModel,
  options: Pick<CompileOptions, 'device' | 'precision'>,
): Generator<[string, Graph]> {
  // Small, and so large that activations are computed again.
  for (const edge of [8, 64]) {
    for (const storage of ['mapped', 'resident'] as const) {
      const step = buildTrainStep(unet, { ...geometry, ...options, height: edge, width: edge }, { storage });
      yield [`trains at ${edge} latent pixels, weights ${storage}`, step];
    }
  }
  yield ['denoises', buildDenoiser(unet, { ...geometry, ...options, rank: 0 })];
  yield ['decodes', buildVaeDecoder(vae, size)];
  yield ['encodes', buildVaeEncoder(vae, size)];
  for (const { encoder, hiddenStates, pooled } of textEncoders)
    yield ['encodes text', buildTextEncoder(encoder, { hiddenStates, pooled })];
}
