/** @file The two naming schemes of text encoders in single files. */
import type { SafetensorsFile } from '../../safetensors/header.js';
import type { NetworkWeights, WeightView } from '../weights/network-weights.js';

export interface TextEncoderNames {
  readonly activation: 'quick_gelu' | 'gelu';
  /** The padding token; default: the end token. */
  readonly padding?: string;
  /** The encoder's tensors, whose names begin with `prefix`, by their names in transformers without `text_model.`. */
  readonly views: (file: SafetensorsFile, prefix: string) => NetworkWeights;
}

/** transformers' own names, which OpenAI's CLIP has in Stable Diffusion 1.x and SDXL. */
export const clipNames: TextEncoderNames = {
  activation: 'quick_gelu',
  views: (file, prefix) => {
    const views = new Map<string, WeightView>();
    for (const { name, shape } of file.tensors.values()) {
      if (!name.startsWith(prefix) || name.endsWith('.position_ids')) continue;
      views.set(name.slice(prefix.length).replace(/^text_model\./, ''), { file, tensor: name, shape });
    }
    return views;
  },
};

const openClipModules: Readonly<Record<string, string>> = {
  ln_1: 'layer_norm1',
  ln_2: 'layer_norm2',
  'attn.out_proj': 'self_attn.out_proj',
  'mlp.c_fc': 'mlp.fc1',
  'mlp.c_proj': 'mlp.fc2',
};

const openClipRest: Readonly<Record<string, string>> = {
  'token_embedding.weight': 'embeddings.token_embedding.weight',
  positional_embedding: 'embeddings.position_embedding.weight',
  'ln_final.weight': 'final_layer_norm.weight',
  'ln_final.bias': 'final_layer_norm.bias',
};

/** OpenCLIP's names, in Stable Diffusion 2.x and SDXL: query, key and value are thirds of one matrix. */
export const openClipNames: TextEncoderNames = {
  activation: 'gelu',
  padding: '!',
  views: (file, prefix) => {
    const views = new Map<string, WeightView>();
    for (const { name: tensor, shape } of file.tensors.values()) {
      if (!tensor.startsWith(prefix)) continue;
      const name = tensor.slice(prefix.length);
      const rest = openClipRest[name];
      const [, layer, module, kind] = /^transformer\.resblocks\.(\d+)\.(.+?)[._](weight|bias)$/.exec(name) ?? [];
      const known = openClipModules[module ?? ''];
      if (rest !== undefined) views.set(rest, { file, tensor, shape });
      else if (name === 'text_projection')
        views.set('text_projection.weight', { file, tensor, shape: shape.toReversed(), transposed: true });
      else if (module === 'attn.in_proj') {
        const rows = Math.floor((shape[0] ?? 0) / 3);
        // If this is not a matrix of three parts, its three names will be reported as missing.
        if (rows === 0) continue;
        for (const [index, part] of ['q_proj', 'k_proj', 'v_proj'].entries())
          views.set(`encoder.layers.${layer}.self_attn.${part}.${kind}`, {
            file,
            tensor,
            shape: shape.with(0, rows),
            firstRow: index * rows,
          });
      } else if (known !== undefined) views.set(`encoder.layers.${layer}.${known}.${kind}`, { file, tensor, shape });
    }
    return views;
  },
};
