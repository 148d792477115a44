/** @file Names of LoRAs and characters, which become file names. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { newCharacterName } from '../protocol/message.js';

/**
 * @param remedy how another name is given, as the beginning of a sentence
 * @throws LoraBridgeError `input.option.invalid` for a name that is not valid as a file name on every system
 */
export function checkName(name: string, remedy: string): string {
  if (newCharacterName.safeParse(name).success) return name;
  throw new LoraBridgeError('input.option.invalid', `"${name}" is not a valid name for a LoRA.`, {
    hint: `${remedy} a name without / \\ : * ? " < > |, without a dot or a space at its ends, and not that of a Windows device, such as CON or COM1.`,
  });
}
