/** @file A number of seconds as typed by a person. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';

/** @throws LoraBridgeError `input.option.invalid`, naming the flag, unless `text` is a number above 0 */
export function parseSeconds(flag: string, text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new LoraBridgeError('input.option.invalid', `${flag} "${text}" is not a number of seconds.`, {
    hint: `Give a number above 0, such as ${flag} 20.`,
  });
}
