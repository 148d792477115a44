/** @file What a packed kit knows of itself: `kit.json` in its folder. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const packedProvider = z.object({
  /** File name of the wheel `onnxruntime-gpu`. */
  wheel: z.string(),
  /** SHA-256 of its CUDA provider. */
  original: z.string(),
  /** For thinned ones: the architecture whose code was left in, and the SHA-256 of what is packed. */
  architecture: z.string().optional(),
  thinned: z.string().optional(),
});
export type PackedProvider = z.output<typeof packedProvider>;

export const kitDescription = z.object({
  /** Commit that it was packed from; a plus sign behind it means with changes. */
  commit: z.string(),
  /** Day, ISO 8601. */
  packed: z.string(),
  /** Version of onnxruntime-node. */
  onnxruntime: z.string(),
  provider: packedProvider.optional(),
});
export type KitDescription = z.output<typeof kitDescription>;

/** Folder of the kit; in a working copy, its root. */
export const kitFolder = fileURLToPath(new URL('../../../', import.meta.url));

/** In a working copy, a description that says so. */
export function readKit(): KitDescription {
  const file = `${kitFolder}kit.json`;
  if (!existsSync(file)) return { commit: 'a working copy', packed: 'never', onnxruntime: 'of the working copy' };
  return kitDescription.parse(JSON.parse(readFileSync(file, 'utf8')));
}
