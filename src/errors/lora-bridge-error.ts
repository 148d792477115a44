/** @file The one error class. Everything that a person may have to act upon is thrown as this. */
import { catalogue, type ErrorCode } from './catalogue.js';
import type { ErrorReport } from './error-report.js';

export interface ErrorDetails {
  /** What to do next, as an imperative sentence. Default: the remedy of the catalogue. */
  readonly hint?: string;
  /** The file or folder that the error is about. */
  readonly file?: string;
  readonly cause?: unknown;
}

export class LoraBridgeError extends Error {
  override readonly name = 'LoraBridgeError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly file: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.hint = details.hint ?? catalogue[code].remedy;
    this.file = details.file;
  }

  get retryable(): boolean {
    return catalogue[this.code].retryable;
  }

  toReport(): ErrorReport {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      hint: this.hint,
      ...(this.file === undefined ? {} : { file: this.file }),
    };
  }
}

/**
 * Any thrown value as a LoraBridgeError: known file-system failures by name, all else as `internal`. `file` is what was being read
 * or written: failures of an open file do not say.
 */
export function asLoraBridgeError(error: unknown, file?: string): LoraBridgeError {
  if (error instanceof LoraBridgeError) return error;
  if (error instanceof Error) {
    const { code, path = file } = error as NodeJS.ErrnoException;
    const details = path === undefined ? { cause: error } : { cause: error, file: path };
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      const hint = 'Free some space on that disk, or choose another folder, and try again.';
      const what = path === undefined ? error.message : `${path} could not be written.`;
      return new LoraBridgeError('resource.disk.full', `The disk is full: ${what}`, { ...details, hint });
    }
    if (code === 'ENOENT') {
      const message = path === undefined ? error.message : `${path} does not exist.`;
      return new LoraBridgeError('input.file.missing', message, { ...details, hint: 'Check the path.' });
    }
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      const hint = 'Check who may read and write that path; on Windows, also close programs that have it open.';
      return new LoraBridgeError('input.file.denied', `Access was refused: ${error.message}`, { ...details, hint });
    }
    if (code === 'EBUSY') {
      const hint = 'Close the program that uses it, and try again.';
      const message = `${path ?? error.message} is in use by another program.`;
      return new LoraBridgeError('resource.file.busy', message, { ...details, hint });
    }
    return new LoraBridgeError('internal', error.message, details);
  }
  return new LoraBridgeError('internal', String(error), { cause: error });
}
