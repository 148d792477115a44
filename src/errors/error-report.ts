/** @file An error as it crosses a process or network boundary, and as it is stored. */
import { z } from 'zod';
import { type ErrorCode, errorCodes } from './catalogue.js';
import { LoraBridgeError } from './lora-bridge-error.js';

export const errorReport = z
  .object({
    code: z.string().describe('Stable error code; see the table of error codes.'),
    message: z.string().describe('What happened, for a person to read.'),
    retryable: z.boolean().describe('Whether the same request may succeed later without a change.'),
    hint: z.string().optional().describe('What to do next.'),
    file: z.string().optional().describe('The file or folder that the error is about.'),
  })
  .meta({ id: 'WireError', description: 'An error as it crosses the connection.' });

export type ErrorReport = z.output<typeof errorReport>;

const isKnown = (code: string): code is ErrorCode => (errorCodes as readonly string[]).includes(code);

/** The error that a report describes. A code that only a newer program knows becomes `internal`, named in the message. */
export function errorOf({ code, message, hint, file }: ErrorReport): LoraBridgeError {
  const details = { ...(hint === undefined ? {} : { hint }), ...(file === undefined ? {} : { file }) };
  return isKnown(code)
    ? new LoraBridgeError(code, message, details)
    : new LoraBridgeError('internal', `${code}: ${message}`, details);
}
