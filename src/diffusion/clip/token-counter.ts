/** @file How much of a text is beyond what CLIP's text encoders take, for models of any folder: all have the same vocabulary. */
import { pocketFolder } from '../model/pocket-folder.js';
import { ClipTokenizer } from './tokenizer.js';

/** Opens the vocabulary that ships with the project. @returns how many tokens of a text are beyond the 75 that have an effect */
export async function clipTokenCounter(): Promise<(text: string) => number> {
  const tokenizer = await ClipTokenizer.open({ folder: `${pocketFolder}tokenizer` });
  return (text) => tokenizer.encode(text).dropped;
}
