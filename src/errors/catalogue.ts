/**
 * @file Every error code there is. A code, once released, never changes its meaning.
 * `retryable` says whether the same call may succeed later without a change by the user.
 */
interface CatalogueEntry {
  readonly retryable: boolean;
  readonly meaning: string;
}

// Sorted by code.
export const catalogue = {
  'input.dataset.broken': { retryable: false, meaning: 'The manifest of a dataset cannot be read.' },
  'input.dataset.empty': { retryable: false, meaning: 'There is no usable picture to train on.' },
  'input.file.denied': { retryable: false, meaning: 'A file or folder may not be read or written.' },
  'input.file.missing': { retryable: false, meaning: 'A file or folder does not exist.' },
  'input.lora.invalid': { retryable: false, meaning: 'A LoRA file is broken, or of a kind that cannot be read.' },
  'input.lora.mismatch': { retryable: false, meaning: 'A LoRA does not fit the base model.' },
  'input.model.invalid': { retryable: false, meaning: 'A file of a base model says something impossible.' },
  'input.model.missing': { retryable: false, meaning: 'A base model, or a file of it, does not exist.' },
  'input.model.unsupported': {
    retryable: false,
    meaning: 'A base model is of a kind that this program does not run.',
  },
  'input.option.invalid': {
    retryable: false,
    meaning: 'A command-line option or a setting has a value that it cannot have.',
  },
  'input.picture.damaged': { retryable: false, meaning: 'A picture is cut short or damaged.' },
  'input.picture.empty': { retryable: false, meaning: 'A picture file has no bytes.' },
  'input.picture.format': { retryable: false, meaning: 'A file is not a picture of a kind that can be read.' },
  'input.picture.huge': { retryable: false, meaning: 'A picture has more pixels or bytes than are allowed.' },
  'input.picture.small': { retryable: false, meaning: 'A picture has too few pixels to learn from.' },
  'input.picture.transparent': { retryable: false, meaning: 'Every pixel of a picture is transparent.' },
  'input.safetensors.header': {
    retryable: false,
    meaning: 'The header of a safetensors file is broken or contradicts itself.',
  },
  'input.safetensors.tensor': {
    retryable: false,
    meaning: 'A safetensors file lacks a tensor, or has it with another type or shape than needed.',
  },
  'input.safetensors.truncated': { retryable: false, meaning: 'A safetensors file ends before its data do.' },
  internal: { retryable: false, meaning: 'A fault of this program. Please report it.' },
  'internal.graph.gradient': { retryable: false, meaning: 'An operation of a graph has no gradient rule.' },
  'internal.graph.shape': { retryable: false, meaning: 'An operation of a graph was given shapes that do not fit.' },
  'resource.disk.full': { retryable: true, meaning: 'There is no space left on a disk.' },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export const errorCodes = Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]];
