/** @file LoRAs in a prompt, `<lora:name:weight>`, as in A1111, Forge and many other programs. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';

export interface PromptLora {
  /** Name of the file, without its extension; with folders before it where there are several. */
  readonly name: string;
  /** Strength in the UNet. */
  readonly weight: number;
  /** Strength in the text encoders. */
  readonly textWeight: number;
}

export interface PromptWithLoras {
  /** The rest of the prompt. */
  readonly prompt: string;
  readonly loras: readonly PromptLora[];
}

/**
 * Extracts the LoRAs from a prompt. `<lora:mina>` has weight 1, `<lora:mina:0.8>` 0.8, and `<lora:mina:0.8:0.5>` 0.8 for the text encoders
 * and 0.5 for the UNet, as in A1111. `<lyco:…>` is another name for the same.
 * @throws LoraBridgeError `input.option.invalid` for a weight that is not a number.
 */
export function lorasInPrompt(text: string): PromptWithLoras {
  const loras: PromptLora[] = [];
  const prompt = text.replace(/<(?:lora|lyco):([^<>:]+)((?::[^<>:]*)*)>/gi, (found, name: string, weights: string) => {
    const [textWeight = 1, weight = textWeight, ...more] = weights.split(':').slice(1).map(strength);
    if (more.length > 0 || Number.isNaN(weight) || Number.isNaN(textWeight)) {
      throw new LoraBridgeError('input.option.invalid', `${found} in the prompt has a weight that is not a number.`, {
        hint: 'Write <lora:NAME>, <lora:NAME:WEIGHT> or <lora:NAME:TEXT_WEIGHT:UNET_WEIGHT>, for example <lora:mina:0.8>.',
      });
    }
    loras.push({ name: name.trim(), weight, textWeight });
    return '';
  });
  return { prompt: prompt.trim(), loras };
}

const strength = (word: string): number =>
  /^\s*-?\d+(\.\d*)?\s*$|^\s*-?\.\d+\s*$/.test(word) ? Number(word) : Number.NaN;
