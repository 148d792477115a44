/** @file A random checkpoint in the LDM layout of Stable Diffusion 1.x, small enough for a test and large enough to run. */
import { TorchCpuGenerator } from '../../../src/diffusion/random/torch-cpu-generator.js';
import { type TensorData, writeSafetensors } from '../../../src/safetensors/write.js';

/** The minimum for the layout's 32 groups. */
const channels = 32;
const [textWidth, words, positions] = [64, 49408, 77];

/** Shapes by name. A norm or a layer is a weight and a bias. */
class Shapes {
  readonly all: Record<string, readonly number[]> = {};

  layer(name: string, ...weight: number[]): void {
    this.all[`${name}.weight`] = weight;
    this.all[`${name}.bias`] = weight.slice(0, 1);
  }

  resnet(name: string, input: number): void {
    this.layer(`${name}.in_layers.0`, input);
    this.layer(`${name}.in_layers.2`, channels, input, 3, 3);
    this.layer(`${name}.emb_layers.1`, channels, 4 * channels);
    this.layer(`${name}.out_layers.0`, channels);
    this.layer(`${name}.out_layers.3`, channels, channels, 3, 3);
    if (input !== channels) this.layer(`${name}.skip_connection`, channels, input, 1, 1);
  }

  transformer(name: string): void {
    this.layer(`${name}.norm`, channels);
    for (const side of ['proj_in', 'proj_out']) this.layer(`${name}.${side}`, channels, channels, 1, 1);
    const block = `${name}.transformer_blocks.0`;
    for (const norm of ['norm1', 'norm2', 'norm3']) this.layer(`${block}.${norm}`, channels);
    for (const [attention, source] of [
      ['attn1', channels],
      ['attn2', textWidth],
    ] as const) {
      this.all[`${block}.${attention}.to_q.weight`] = [channels, channels];
      this.all[`${block}.${attention}.to_k.weight`] = [channels, source];
      this.all[`${block}.${attention}.to_v.weight`] = [channels, source];
      this.layer(`${block}.${attention}.to_out.0`, channels, channels);
    }
    this.layer(`${block}.ff.net.0.proj`, 8 * channels, channels);
    this.layer(`${block}.ff.net.2`, channels, 4 * channels);
  }

  vaeResnet(name: string): void {
    for (const part of ['1', '2']) {
      this.layer(`${name}.norm${part}`, channels);
      this.layer(`${name}.conv${part}`, channels, channels, 3, 3);
    }
  }
}

function unet(shapes: Shapes, m: string): void {
  shapes.layer(`${m}time_embed.0`, 4 * channels, channels);
  shapes.layer(`${m}time_embed.2`, 4 * channels, 4 * channels);
  shapes.layer(`${m}input_blocks.0.0`, channels, 4, 3, 3);
  shapes.resnet(`${m}input_blocks.1.0`, channels);
  shapes.transformer(`${m}input_blocks.1.1`);
  shapes.layer(`${m}input_blocks.2.0.op`, channels, channels, 3, 3);
  shapes.resnet(`${m}input_blocks.3.0`, channels);
  shapes.resnet(`${m}middle_block.0`, channels);
  shapes.transformer(`${m}middle_block.1`);
  shapes.resnet(`${m}middle_block.2`, channels);
  for (const index of [0, 1, 2, 3]) shapes.resnet(`${m}output_blocks.${index}.0`, 2 * channels);
  shapes.layer(`${m}output_blocks.1.1.conv`, channels, channels, 3, 3);
  for (const index of [2, 3]) shapes.transformer(`${m}output_blocks.${index}.1`);
  shapes.layer(`${m}out.0`, channels);
  shapes.layer(`${m}out.2`, 4, channels, 3, 3);
}

function vae(shapes: Shapes, m: string): void {
  for (const [side, input, output, blocks] of [
    ['encoder', 3, 8, 1],
    ['decoder', 4, 3, 2],
  ] as const) {
    shapes.layer(`${m}${side}.conv_in`, channels, input, 3, 3);
    shapes.layer(`${m}${side}.norm_out`, channels);
    shapes.layer(`${m}${side}.conv_out`, output, channels, 3, 3);
    for (const block of ['block_1', 'block_2']) shapes.vaeResnet(`${m}${side}.mid.${block}`);
    shapes.layer(`${m}${side}.mid.attn_1.norm`, channels);
    for (const part of ['q', 'k', 'v', 'proj_out'])
      shapes.layer(`${m}${side}.mid.attn_1.${part}`, channels, channels, 1, 1);
    for (const level of [0, 1])
      for (let block = 0; block < blocks; block++)
        shapes.vaeResnet(`${m}${side}.${side === 'encoder' ? 'down' : 'up'}.${level}.block.${block}`);
  }
  shapes.layer(`${m}encoder.down.0.downsample.conv`, channels, channels, 3, 3);
  shapes.layer(`${m}decoder.up.1.upsample.conv`, channels, channels, 3, 3);
  shapes.layer(`${m}quant_conv`, 8, 8, 1, 1);
  shapes.layer(`${m}post_quant_conv`, 4, 4, 1, 1);
}

function textEncoder(shapes: Shapes, m: string): void {
  shapes.all[`${m}embeddings.token_embedding.weight`] = [words, textWidth];
  shapes.all[`${m}embeddings.position_embedding.weight`] = [positions, textWidth];
  shapes.layer(`${m}final_layer_norm`, textWidth);
  const layer = `${m}encoder.layers.0`;
  for (const norm of ['layer_norm1', 'layer_norm2']) shapes.layer(`${layer}.${norm}`, textWidth);
  for (const part of ['q_proj', 'k_proj', 'v_proj', 'out_proj'])
    shapes.layer(`${layer}.self_attn.${part}`, textWidth, textWidth);
  shapes.layer(`${layer}.mlp.fc1`, 2 * textWidth, textWidth);
  shapes.layer(`${layer}.mlp.fc2`, textWidth, 2 * textWidth);
}

/** Writes the checkpoint: float16, about 8 MB; two levels, so that a latent pixel is 2 pixels wide. */
export function writeRandomCheckpoint(path: string): void {
  const shapes = new Shapes();
  unet(shapes, 'model.diffusion_model.');
  vae(shapes, 'first_stage_model.');
  textEncoder(shapes, 'cond_stage_model.transformer.text_model.');
  const generator = new TorchCpuGenerator(7);
  const tensors = Object.entries(shapes.all).map(([name, shape]): [string, TensorData] => {
    const size = shape.reduce((product, length) => product * length, 1);
    const isNorm = shape.length === 1 && name.endsWith('weight');
    const deviation = isNorm ? 0.1 : 0.7 / Math.sqrt(size / (shape[0] ?? 1));
    const data = generator.normal(size).map((value) => (isNorm ? 1 : 0) + value * Math.min(deviation, 0.3));
    return [name, { shape, data }];
  });
  writeSafetensors(path, Object.fromEntries(tensors), { dtype: 'F16' });
}
