/** @file Which files of a repository to download: most hold the same weights several times. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import { bestCandidate } from '../weights/weight-files.js';

/** A file of a repository, as listed by the hub. */
export interface RepositoryFile {
  readonly path: string;
  readonly size: number;
  /** SHA-256 for large files, git's object name for others. */
  readonly checksum: string;
}

export interface ChosenFiles {
  readonly files: readonly RepositoryFile[];
  /** The file that is the whole model, where it is not a diffusers folder. */
  readonly singleFile: string | undefined;
  /** Shard indexes, which name further files to download. */
  readonly shardIndexes: readonly string[];
}

/** Folders of a diffusers model, and the names of their weight files. */
const weightNames: Readonly<Record<string, string>> = {
  unet: 'diffusion_pytorch_model',
  vae: 'diffusion_pytorch_model',
  text_encoder: 'model',
  text_encoder_2: 'model',
};

const small =
  /^(model_index\.json|(unet|vae|text_encoder|text_encoder_2)\/config\.json|scheduler\/scheduler_config\.json|tokenizer(_2)?\/[\w-]+\.(json|txt))$/;

/**
 * For a diffusers folder, its configurations, tokenizers and one copy of each network's weights; otherwise the requested file, or the only
 * `.safetensors` file.
 * @param variant which copy of the weights to take, such as `fp16`; default: the one that diffusers takes
 * @throws LoraBridgeError `input.model.unsupported` when there is nothing to use, or more than one thing
 */
export function chooseFiles(
  all: readonly RepositoryFile[],
  repository: string,
  file: string | undefined,
  variant: string | undefined,
): ChosenFiles {
  if (file !== undefined)
    return single(
      all.filter(({ path }) => path === file),
      `${repository} has no file ${file}`,
      all,
    );
  if (!all.some(({ path }) => path === 'model_index.json'))
    return single(
      all.filter(({ path }) => /^[^/]+\.safetensors$/.test(path)),
      `${repository} is not a diffusers model, and does not hold exactly one .safetensors file`,
      all,
    );
  const files = all.filter(({ path }) => small.test(path));
  const shardIndexes: string[] = [];
  for (const [folder, name] of Object.entries(weightNames)) {
    const present = all.filter(({ path }) => path.startsWith(`${folder}/`));
    if (present.length === 0) continue;
    const best = bestCandidate(
      present.map(({ path }) => path.slice(folder.length + 1)),
      name,
      variant,
    );
    const path = `${folder}/${best?.file}`;
    const found = all.find((other) => other.path === path);
    if (best === undefined || found === undefined)
      throw new LoraBridgeError('input.model.unsupported', `${repository} has no ${folder}/${name}.safetensors.`, {
        hint: 'It has only pickle files: look for a safetensors version, or download it and use `lora-bridge convert`.',
      });
    files.push(found);
    if (best.sharded) shardIndexes.push(path);
  }
  return { files, singleFile: undefined, shardIndexes };
}

function single(candidates: readonly RepositoryFile[], problem: string, all: readonly RepositoryFile[]): ChosenFiles {
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return { files: [only], singleFile: only.path, shardIndexes: [] };
  const names = all.map(({ path }) => path).filter((path) => path.endsWith('.safetensors'));
  throw new LoraBridgeError('input.model.unsupported', `${problem}.`, {
    hint:
      names.length === 0
        ? 'Look for a safetensors version.'
        : `Name one of its files: OWNER/NAME/FILE, with FILE one of ${names.join(', ')}.`,
  });
}
