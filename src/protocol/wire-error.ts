/** @file From an error that came over a border back to the error class. */
import { type ErrorCode, errorCodes } from '../errors/catalogue.js';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { WireError } from './message.js';

const isKnown = (code: string): code is ErrorCode => (errorCodes as readonly string[]).includes(code);

/** A code that only a newer daemon knows becomes `internal`, named in the message. */
export function fromWire({ code, message, hint, file }: WireError): LoraBridgeError {
  const details = { ...(hint === undefined ? {} : { hint }), ...(file === undefined ? {} : { file }) };
  return isKnown(code)
    ? new LoraBridgeError(code, message, details)
    : new LoraBridgeError('internal', `${code}: ${message}`, details);
}
