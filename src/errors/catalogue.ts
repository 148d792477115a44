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
  'input.file.denied': { retryable: false, meaning: 'A file or folder may not be read or written.' },
  'input.file.missing': { retryable: false, meaning: 'A file or folder does not exist.' },
  'input.option.invalid': {
    retryable: false,
    meaning: 'A command-line option or a setting has a value that it cannot have.',
  },
  internal: { retryable: false, meaning: 'A fault of this program. Please report it.' },
  'resource.disk.full': { retryable: true, meaning: 'There is no space left on a disk.' },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

export const errorCodes = Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]];
