/** @file The VAE's decoder, from a latent to an image: diffusers' `AutoencoderKL.decode`. */
import {
  type CompiledGraph,
  type CompileOptions,
  compile,
  type Graph,
  upsampleNearest,
  type Value,
} from '../../graph/index.js';
import { pixelsPerLatent, type VaeConfig } from '../config/vae-config.js';
import type { ModelPart } from '../model/base-model.js';
import { WeightScope } from '../weights/weight-scope.js';
import type { PictureSize } from './encoder.js';
import { convolution, middle, normalised, residual } from './layers.js';

export class VaeDecoder {
  readonly #scalingFactor: number;
  readonly #session: CompiledGraph;

  private constructor(config: VaeConfig, session: CompiledGraph) {
    this.#scalingFactor = config.scaling_factor;
    this.#session = session;
  }

  /**
   * For images of one size.
   * @throws what `compile` and `openSafetensors` throw
   */
  static async open(part: ModelPart<VaeConfig>, size: PictureSize, options: CompileOptions): Promise<VaeDecoder> {
    return new VaeDecoder(part.config, await compile(buildVaeDecoder(part, size), options));
  }

  /**
   * @param latent [channels, height, width] as the UNet sees it, times the scaling factor
   * @returns pixels [3, height, width], about -1 to 1, not clamped
   */
  async decode(latent: Float32Array): Promise<Float32Array> {
    const { pixels } = await this.#session.run({ latent: latent.map((value) => value / this.#scalingFactor) });
    return pixels ?? new Float32Array();
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/**
 * The graph from `latent` to `pixels`.
 * @throws as `VaeDecoder.open` does
 */
export function buildVaeDecoder({ config, weights }: ModelPart<VaeConfig>, size: PictureSize): Graph {
  const model = WeightScope.open(weights);
  const factor = pixelsPerLatent(config);
  const latent = model.graph.input('latent', [1, config.latent_channels, size.height / factor, size.width / factor]);
  model.graph.output(
    'pixels',
    model.build(() => decoder(model, config, latent)),
  );
  return model.graph;
}

function decoder(model: WeightScope, config: VaeConfig, latent: Value): Value {
  const scope = model.at('decoder');
  let x = config.use_post_quant_conv ? convolution(model.at('post_quant_conv'), latent) : latent;
  x = middle(config, scope.at('mid_block'), convolution(scope.at('conv_in'), x));
  for (const level of config.block_out_channels.keys()) {
    const block = scope.at(`up_blocks.${level}`);
    for (let index = 0; index <= config.layers_per_block; index++)
      x = residual(config, block.at(`resnets.${index}`), x);
    if (level < config.block_out_channels.length - 1)
      x = convolution(block.at('upsamplers.0.conv'), upsampleNearest(x, 2));
  }
  return convolution(scope.at('conv_out'), normalised(config, scope.at('conv_norm_out'), x));
}
