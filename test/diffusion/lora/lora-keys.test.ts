/**
 * @file Module names of programs that cannot be installed for these tests. The lists are from their sources and
 * documentation (sd-scripts' networks/lora.py and sdxl_original_unet.py, OneTrainer's StableDiffusionXLModel.py, ai-toolkit's
 * network_mixins.py, LyCORIS' locon.py); none of their files were available.
 */
import { expect, it } from 'vitest';
import { kohyaName, parseLoraKey } from '../../../src/diffusion/lora/lora-keys.js';

const block = 'down_blocks.1.attentions.0.transformer_blocks.0';

it.each([
  // sd-scripts, SD 1 and 2
  [
    'lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q.lora_down.weight',
    'unet',
    `${block}.attn1.to_q`,
    'down',
  ],
  [
    'lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_out_0.lora_up.weight',
    'unet',
    `${block}.attn2.to_out.0`,
    'up',
  ],
  [
    'lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_ff_net_0_proj.alpha',
    'unet',
    `${block}.ff.net.0.proj`,
    'alpha',
  ],
  ['lora_unet_up_blocks_0_upsamplers_0_conv.lora_down.weight', 'unet', 'up_blocks.0.upsamplers.0.conv', 'down'],
  [
    'lora_te_text_model_encoder_layers_11_self_attn_out_proj.alpha',
    'text_encoder',
    'text_model.encoder.layers.11.self_attn.out_proj',
    'alpha',
  ],
  // sd-scripts, SDXL
  [
    'lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_k.lora_down.weight',
    'unet',
    `${block}.attn1.to_k`,
    'down',
  ],
  ['lora_unet_input_blocks_6_0_op.lora_down.weight', 'unet', 'down_blocks.1.downsamplers.0.conv', 'down'],
  ['lora_unet_middle_block_1_proj_in.alpha', 'unet', 'mid_block.attentions.0.proj_in', 'alpha'],
  ['lora_unet_middle_block_2_in_layers_2.alpha', 'unet', 'mid_block.resnets.1.conv1', 'alpha'],
  ['lora_unet_output_blocks_2_2_conv.lora_up.weight', 'unet', 'up_blocks.0.upsamplers.0.conv', 'up'],
  [
    'lora_unet_output_blocks_5_1_transformer_blocks_1_ff_net_2.alpha',
    'unet',
    'up_blocks.1.attentions.2.transformer_blocks.1.ff.net.2',
    'alpha',
  ],
  ['lora_unet_output_blocks_8_0_emb_layers_1.alpha', 'unet', 'up_blocks.2.resnets.2.time_emb_proj', 'alpha'],
  ['lora_unet_input_blocks_4_0_skip_connection.alpha', 'unet', 'down_blocks.1.resnets.0.conv_shortcut', 'alpha'],
  ['lora_unet_input_blocks_0_0.alpha', 'unet', 'conv_in', 'alpha'],
  ['lora_unet_label_emb_0_2.alpha', 'unet', 'add_embedding.linear_2', 'alpha'],
  [
    'lora_te1_text_model_encoder_layers_0_mlp_fc1.alpha',
    'text_encoder',
    'text_model.encoder.layers.0.mlp.fc1',
    'alpha',
  ],
  [
    'lora_te2_text_model_encoder_layers_31_self_attn_q_proj.alpha',
    'text_encoder_2',
    'text_model.encoder.layers.31.self_attn.q_proj',
    'alpha',
  ],
  ['lora_te2_text_projection.alpha', 'text_encoder_2', 'text_projection', 'alpha'],
  // LyCORIS with Tucker decomposition
  ['lora_unet_mid_block_resnets_0_conv1.lora_mid.weight', 'unet', 'mid_block.resnets.0.conv1', 'mid'],
  // OneTrainer: diffusers' paths for SDXL too, and its dotted layout
  ['lora_unet_down_blocks_2_attentions_1_proj_out.alpha', 'unet', 'down_blocks.2.attentions.1.proj_out', 'alpha'],
  ['unet.input_blocks.4.1.transformer_blocks.0.attn1.to_q.lora_down.weight', 'unet', `${block}.attn1.to_q`, 'down'],
  [
    'clip_l.text_model.encoder.layers.0.mlp.fc2.lora_up.weight',
    'text_encoder',
    'text_model.encoder.layers.0.mlp.fc2',
    'up',
  ],
  [
    'clip_g.text_model.encoder.layers.0.mlp.fc2.alpha',
    'text_encoder_2',
    'text_model.encoder.layers.0.mlp.fc2',
    'alpha',
  ],
  // ai-toolkit, in PEFT's layout
  [`unet.${block}.attn1.to_v.lora_A.weight`, 'unet', `${block}.attn1.to_v`, 'down'],
  // ComfyUI
  [
    'diffusion_model.input_blocks.4.1.transformer_blocks.0.attn1.to_q.lora_B.weight',
    'unet',
    `${block}.attn1.to_q`,
    'up',
  ],
  [
    'text_encoders.clip_g.transformer.text_model.encoder.layers.0.mlp.fc1.lora_A.weight',
    'text_encoder_2',
    'text_model.encoder.layers.0.mlp.fc1',
    'down',
  ],
  // PEFT alone
  [`base_model.model.${block}.attn1.to_q.lora_A.default.weight`, 'unet', `${block}.attn1.to_q`, 'down'],
  [
    'base_model.model.text_model.encoder.layers.0.self_attn.k_proj.lora_B.weight',
    'text_encoder',
    'text_model.encoder.layers.0.self_attn.k_proj',
    'up',
  ],
  // diffusers 0.14 to 0.20
  [`${block}.attn1.processor.to_out_lora.down.weight`, 'unet', `${block}.attn1.to_out.0`, 'down'],
  [
    'text_encoder.text_model.encoder.layers.0.self_attn.to_out_lora.up.weight',
    'text_encoder',
    'text_model.encoder.layers.0.self_attn.out_proj',
    'up',
  ],
  [
    'text_encoder.text_model.encoder.layers.0.mlp.fc1.lora_linear_layer.up.weight',
    'text_encoder',
    'text_model.encoder.layers.0.mlp.fc1',
    'up',
  ],
] as const)('%s', (key, component, path, part) => {
  expect(parseLoraKey(key)).toEqual({ component, path, part });
});

it('writes the names of SDXL that it reads', () => {
  const paths = [
    'conv_in conv_out time_embedding.linear_1 add_embedding.linear_2 mid_block.attentions.0.proj_in mid_block.resnets.0.conv2',
    'down_blocks.0.downsamplers.0.conv down_blocks.2.resnets.1.time_emb_proj down_blocks.1.attentions.1.proj_out',
    'up_blocks.0.upsamplers.0.conv up_blocks.2.resnets.0.conv_shortcut up_blocks.1.attentions.2.transformer_blocks.0.ff.net.2',
  ].flatMap((line) => line.split(' '));
  for (const path of paths) {
    const name = kohyaName('unet', path, 'sdxl');
    expect(parseLoraKey(`${name}.alpha`)?.path).toBe(path);
    expect(name).not.toMatch(/down_blocks|mid_block|up_blocks|resnets|conv_shortcut|linear_/);
  }
  expect(kohyaName('unet', 'up_blocks.0.attentions.1.proj_in', 'sdxl')).toBe('lora_unet_output_blocks_1_1_proj_in');
  expect(kohyaName('text_encoder', 'text_model.encoder.layers.0.mlp.fc1', 'sdxl')).toMatch(/^lora_te1_/);
});

it.each(['lora_unet_conv_in.weight', 'model.diffusion_model.out.2.weight', 'vae.encoder.conv_in.lora_A.weight'])(
  'does not take %s for a part of a LoRA',
  (key) => expect(parseLoraKey(key)).toBeUndefined(),
);
