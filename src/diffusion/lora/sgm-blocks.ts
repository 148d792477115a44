/**
 * @file Stability AI's names for the modules of a UNet (`input_blocks.4.1`, as in LDM and sgm) and diffusers'
 * (`down_blocks.1.attentions.0`). LoRA files for SDXL use the former, and do not say which UNet they are for.
 */
import { type ModuleNames, unetModuleNames } from '../families/unet-names.js';

const sd = unetModuleNames({
  layers_per_block: 2,
  down_block_types: ['CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'DownBlock2D'],
  up_block_types: ['UpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D'],
});
const sdxl = unetModuleNames({
  layers_per_block: 2,
  down_block_types: ['DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'],
  up_block_types: ['CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'],
});

type Names = ReadonlyMap<string, string>;

const table = (names: readonly ModuleNames[], from: keyof ModuleNames, to: keyof ModuleNames): Names =>
  new Map(names.map((pair) => [pair[from], pair[to]]));

// Unambiguous when longer names take precedence: no name stands for different modules in the two families.
const toDiffusers = table([...sd, ...sdxl], 'single', 'diffusers');
const toSdxl = table(sdxl, 'diffusers', 'single');

/** Replaces the longest prefix that the table has. */
function renamed(path: string, names: Names): string {
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    const found = names.get(path.slice(0, end));
    if (found !== undefined) return found + path.slice(end);
  }
  return path;
}

/** Converts LDM's and sgm's paths to diffusers'; returns any other path unchanged. */
export const fromSgm = (path: string): string => renamed(path, toDiffusers);

/** Converts diffusers' paths to sgm's in SDXL; returns a path without a counterpart unchanged. */
export const toSgm = (path: string): string => renamed(path, toSdxl);
