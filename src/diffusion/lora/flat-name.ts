/**
 * @file Module names in kohya's files: the path with underscores instead of dots. Path segments with underscores of their own make this
 * ambiguous, so all of them are listed here.
 */

/** Longer ones first, where one contains another. */
const segments = [
  'single_transformer_blocks add_q_proj add_k_proj add_v_proj to_add_out',
  'token_embedding position_embedding text_projection text_model self_attn out_proj q_proj k_proj v_proj',
  'transformer_blocks down_blocks up_blocks mid_block input_blocks output_blocks middle_block',
  'time_emb_proj time_embedding add_embedding time_embed label_emb emb_layers in_layers out_layers skip_connection',
  'conv_shortcut conv_norm_out conv_in conv_out proj_in proj_out to_q to_k to_v to_out linear_1 linear_2',
].flatMap((line) => line.split(' '));

const spelling = new RegExp(
  `(?<=^|\\.)(?:${segments.map((segment) => segment.replaceAll('_', '\\.')).join('|')})(?=\\.|$)`,
  'g',
);

/** `down_blocks_0_attn1_to_q` as `down_blocks.0.attn1.to_q`. */
export function unflatten(name: string): string {
  return name.replaceAll('_', '.').replace(spelling, (found) => found.replaceAll('.', '_'));
}

/** The path with underscores. */
export const flatten = (path: string): string => path.replaceAll('.', '_');
