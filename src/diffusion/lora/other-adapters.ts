/** @file Recognises adapters other than LoRA by the names of their tensors, so that they are rejected by name. */

const kinds: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [/\.(?:dora_scale|lora_magnitude_vector(?:\.\w+)*|magnitude)$/, 'a DoRA (weight-decomposed LoRA)'],
  [/\.hada_(?:w[12]_[ab]|t[12])$/, 'a LoHa (Hadamard product)'],
  [/\.lokr_(?:w[12](?:_[ab])?|t2)$/, 'a LoKr (Kronecker product)'],
  [/\.(?:oft_blocks|oft_diag|oft_R(?:\.\w+)*|rescale)$/, 'an OFT or BOFT (orthogonal finetuning)'],
  [/\.(?:a1|a2|b1|b2)\.weight$/, 'a GLoRA'],
  [/\.on_input$/, 'an IA³'],
  [/\.(?:diff|diff_b|set_weight|w_norm|b_norm)$/, 'whole differences of weights (LyCORIS full)'],
  [/\.lora_(?:A|B|down|up)(?:\.default)?\.bias$/, 'a LoRA with biases'],
  [/^bundle_emb\./, 'a LoRA with embeddings (textual inversion) of its own'],
];

const architectures: readonly (readonly [pattern: RegExp, name: string])[] = [
  [
    /^(?:lora_transformer_|transformer\.|diffusion_model\.(?:double|single|joint|transformer)_blocks)/,
    'FLUX, SD 3 or another transformer',
  ],
  [/^lora_unet_(?:double|single|joint)_blocks_/, 'FLUX or SD 3'],
  [/^lora_te3_|^text_encoder_3\.|t5xxl/, 'a model with a T5 text encoder'],
  [/^lora_prior_|^prior\./, 'Stable Cascade'],
];

const find = (keys: Iterable<string>, table: typeof kinds): string | undefined => {
  for (const key of keys) for (const [pattern, name] of table) if (pattern.test(key)) return name;
  return undefined;
};

/** The kind of adapter, with its article; undefined for a LoRA. */
export const otherKind = (keys: Iterable<string>): string | undefined => find(keys, kinds);

/** The family of models, if it is not Stable Diffusion 1, 2 or XL. */
export const otherArchitecture = (keys: Iterable<string>): string | undefined => find(keys, architectures);
