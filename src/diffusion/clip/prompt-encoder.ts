/**
 * @file Encodes a prompt for the UNet: the hidden states of the model's text encoders, concatenated, and for SDXL the pooled embedding and
 * the image's sizes.
 */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { CompileOptions } from '../../graph/index.js';
import { CONTEXT_LENGTH } from '../config/text-encoder-config.js';
import { addedConditionWidth, type UnetConfig } from '../config/unet-config.js';
import type { BaseModel } from '../model/base-model.js';
import { embedAddedCondition } from '../unet/added-condition.js';
import type { PictureSize } from '../vae/encoder.js';
import type { Adapters } from '../weights/adapters.js';
import { type EncodedText, TextEncoder } from './text-encoder.js';
import { ClipTokenizer } from './tokenizer.js';

/** What one sample is conditioned on. */
export interface Condition {
  /** [77, cross_attention_dim]. */
  readonly textHiddenStates: Float32Array;
  /** [`addedConditionWidth(config)`]; undefined for models that take none. */
  readonly addedCondition: Float32Array | undefined;
}

interface Tower {
  readonly tokenizer: ClipTokenizer;
  readonly encoder: TextEncoder;
  /** Number of tokens that the encoder has embeddings for. */
  readonly vocabulary: number;
}

export class PromptEncoder {
  readonly #unet: UnetConfig;
  readonly #towers: readonly Tower[];

  private constructor(unet: UnetConfig, towers: readonly Tower[]) {
    this.#unet = unet;
    this.#towers = towers;
  }

  /**
   * Opens the tokenizers and text encoders of a model.
   * @param adapters LoRAs of each text encoder, in the model's order
   * @throws what they throw
   */
  static async open(
    { unet, textEncoders }: BaseModel,
    options: CompileOptions,
    adapters: readonly (Adapters | undefined)[] = [],
  ): Promise<PromptEncoder> {
    const towers: Tower[] = [];
    for (const [index, { encoder, tokenizerFiles, hiddenStates, pooled }] of textEncoders.entries())
      towers.push({
        tokenizer: await ClipTokenizer.open(tokenizerFiles),
        vocabulary: encoder.config.vocab_size,
        encoder: await TextEncoder.open(encoder, { ...options, hiddenStates, pooled }, adapters[index]),
      });
    return new PromptEncoder(unet.config, towers);
  }

  /** How many tokens of a prompt are beyond the limit and have no effect; above 0, warn the user. */
  droppedTokens(prompt: string): number {
    return Math.max(...this.#towers.map(({ tokenizer }) => tokenizer.encode(prompt).dropped));
  }

  /** @param size of the image in pixels, on which SDXL is conditioned too */
  async encode(prompt: string, size: PictureSize): Promise<Condition> {
    const texts: EncodedText[] = [];
    for (const { tokenizer, encoder, vocabulary } of this.#towers) {
      const tokens = tokenizer.encode(prompt);
      const unknown = tokens.ids.find((id) => id >= vocabulary);
      if (unknown !== undefined)
        throw new LoraBridgeError(
          'input.model.invalid',
          `The tokenizer produced the token ${unknown}, but the text encoder knows only ${vocabulary} tokens.`,
          {
            hint: 'The tokenizer and the text encoder belong to different models: download the model again.',
          },
        );
      texts.push(await encoder.encode(tokens));
    }
    const pooled = texts.find((text) => text.pooled !== undefined)?.pooled;
    return {
      textHiddenStates: concatColumns(texts.map(({ hiddenStates }) => hiddenStates)),
      addedCondition:
        addedConditionWidth(this.#unet) > 0 ? embedAddedCondition(this.#unet, pooled ?? none, size) : undefined,
    };
  }

  /** The condition without a prompt, for models that take zeros instead of the embedding of an empty text. */
  zeros(size: PictureSize): Condition {
    const added = addedConditionWidth(this.#unet);
    const pooled = new Float32Array(Math.max(0, added - 6 * (this.#unet.addition_time_embed_dim ?? 0)));
    return {
      textHiddenStates: new Float32Array(CONTEXT_LENGTH * this.#unet.cross_attention_dim),
      addedCondition: added > 0 ? embedAddedCondition(this.#unet, pooled, size) : undefined,
    };
  }

  /** Frees the memory of all encoders. */
  async release(): Promise<void> {
    await Promise.all(this.#towers.map(({ encoder }) => encoder.release()));
  }
}

const none = new Float32Array();

/** Concatenates matrices [77, width] to one of [77, sum of widths]. */
function concatColumns(parts: readonly Float32Array[]): Float32Array {
  const [first = none, ...others] = parts;
  if (others.length === 0) return first;
  const widths = parts.map((part) => part.length / CONTEXT_LENGTH);
  const total = widths.reduce((sum, width) => sum + width, 0);
  const joined = new Float32Array(CONTEXT_LENGTH * total);
  let column = 0;
  for (const [index, part] of parts.entries()) {
    const width = widths[index] ?? 0;
    for (let row = 0; row < CONTEXT_LENGTH; row++)
      joined.set(part.subarray(row * width, (row + 1) * width), row * total + column);
    column += width;
  }
  return joined;
}
