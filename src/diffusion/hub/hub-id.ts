/** @file Names of models on the Hugging Face hub. */

/** `OWNER/NAME`, or one checkpoint in it: `OWNER/NAME/FOLDERS/FILE.safetensors`. */
export interface HubId {
  readonly repository: string;
  /** Path of a single file in the repository. */
  readonly file: string | undefined;
}

const pattern = /^([\w-][\w.-]*\/[\w-][\w.-]*)(?:\/((?:[\w-][\w .()+-]*\/)*[\w-][\w .()+-]*\.safetensors))?$/;

/** Undefined for what cannot be an id on the hub. */
export function parseHubId(text: string): HubId | undefined {
  const [, repository, file] = pattern.exec(text) ?? [];
  return repository === undefined ? undefined : { repository, file };
}
