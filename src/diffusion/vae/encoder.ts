/** @file The VAE's encoder, from an image to the mean and log-variance of its latent: diffusers' `AutoencoderKL.encode`. */
import { type CompiledGraph, type CompileOptions, compile, type Graph, type Value } from '../../graph/index.js';
import { pixelsPerLatent, type VaeConfig } from '../config/vae-config.js';
import type { ModelPart } from '../model/base-model.js';
import { WeightScope } from '../weights/weight-scope.js';
import { convolution, downsample, middle, normalised, residual } from './layers.js';

/** The distribution of an image's latent, before the scaling factor: each [channels, height, width]. */
export interface LatentDistribution {
  readonly mean: Float32Array;
  /** Logarithm of the variance, within -30 … 20. */
  readonly logVariance: Float32Array;
}

export interface PictureSize {
  /** In pixels, a multiple of the VAE's `pixelsPerLatent`. */
  readonly width: number;
  readonly height: number;
}

export class VaeEncoder {
  /** Latents are multiplied by this before the UNet sees them. */
  readonly scalingFactor: number;
  /** Shape of a latent. */
  readonly latentShape: readonly [channels: number, height: number, width: number];
  readonly #session: CompiledGraph;

  private constructor(config: VaeConfig, size: PictureSize, session: CompiledGraph) {
    const factor = pixelsPerLatent(config);
    this.scalingFactor = config.scaling_factor;
    this.latentShape = [config.latent_channels, size.height / factor, size.width / factor];
    this.#session = session;
  }

  /**
   * For images of one size.
   * @throws what `compile` and `openSafetensors` throw
   */
  static async open(part: ModelPart<VaeConfig>, size: PictureSize, options: CompileOptions): Promise<VaeEncoder> {
    return new VaeEncoder(part.config, size, await compile(buildVaeEncoder(part, size), options));
  }

  /** @param pixels [3, height, width], red, green, blue from -1 to 1 */
  async encode(pixels: Float32Array): Promise<LatentDistribution> {
    const { moments = new Float32Array() } = await this.#session.run({ pixels });
    const half = moments.length / 2;
    const logVariance = moments.slice(half).map((value) => Math.min(20, Math.max(-30, value)));
    return { mean: moments.slice(0, half), logVariance };
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/** A latent drawn from its distribution, ready for the network: (mean + standard deviation · noise − shift) · scaling factor. */
export function sampleLatent(
  { mean, logVariance }: LatentDistribution,
  noise: Float32Array,
  scalingFactor: number,
  shift = 0,
): Float32Array {
  return mean.map((value, index) => {
    const deviation = Math.exp(0.5 * (logVariance[index] ?? 0));
    return (value + deviation * (noise[index] ?? 0) - shift) * scalingFactor;
  });
}

/**
 * The graph from `pixels` to `moments`.
 * @throws as `VaeEncoder.open` does
 */
export function buildVaeEncoder({ config, weights }: ModelPart<VaeConfig>, size: PictureSize): Graph {
  const model = WeightScope.open(weights);
  const pixels = model.graph.input('pixels', [1, config.in_channels, size.height, size.width]);
  model.graph.output(
    'moments',
    model.build(() => encoder(model, config, pixels)),
  );
  return model.graph;
}

function encoder(model: WeightScope, config: VaeConfig, pixels: Value): Value {
  const scope = model.at('encoder');
  let x = convolution(scope.at('conv_in'), pixels);
  for (const level of config.block_out_channels.keys()) {
    const block = scope.at(`down_blocks.${level}`);
    for (let index = 0; index < config.layers_per_block; index++) x = residual(config, block.at(`resnets.${index}`), x);
    if (level < config.block_out_channels.length - 1) x = downsample(block.at('downsamplers.0.conv'), x);
  }
  x = middle(config, scope.at('mid_block'), x);
  x = convolution(scope.at('conv_out'), normalised(config, scope.at('conv_norm_out'), x));
  return config.use_quant_conv ? convolution(model.at('quant_conv'), x) : x;
}
