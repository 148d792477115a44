/** @file Text of unknown encoding: UTF-8 and UTF-16, with or without byte order mark, and what older editors write. */
import { decodeLegacy, guessLegacyEncoding } from './legacy-encoding.js';

export interface DecodedText {
  /** Without byte order mark. */
  readonly text: string;
  /** As `TextDecoder` calls it: `utf-8`, `utf-16le`, `shift_jis` … */
  readonly encoding: string;
}

function decode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Control characters that no text has: all but tab and line ends. */
const controls = /[^\P{Cc}\t\n\v\f\r\u0085]/u;

/** How many bytes at even and odd places are 0: the upper halves of ASCII characters in UTF-16. */
function zeros(bytes: Uint8Array): { even: number; odd: number } {
  let [even, odd] = [0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== 0) continue;
    if (at % 2 === 0) even += 1;
    else odd += 1;
  }
  return { even, odd };
}

function withoutMark(bytes: Uint8Array): DecodedText | undefined {
  const utf8 = decode(bytes, 'utf-8');
  if (utf8 !== undefined && !controls.test(utf8)) return { text: utf8, encoding: 'utf-8' };
  const { even, odd } = zeros(bytes);
  if (bytes.length % 2 === 0 && even + odd > 0) {
    const encoding = odd >= even ? 'utf-16le' : 'utf-16be';
    const text = decode(bytes, encoding);
    if (text !== undefined && !controls.test(text)) return { text, encoding };
  }
  return undefined;
}

/**
 * Decodes text. A byte order mark decides; then valid UTF-8; then UTF-16, which shows by its zero bytes; then the most plausible
 * of the older encodings, judged together with `others`, undecided texts from the same place.
 * @returns undefined for bytes that are no text
 */
export function decodeText(bytes: Uint8Array, others: readonly Uint8Array[] = []): DecodedText | undefined {
  const [first, second] = bytes;
  const marked =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
  if (marked !== undefined) {
    const text = decode(bytes, marked);
    return text === undefined ? undefined : { text, encoding: marked };
  }
  const found = withoutMark(bytes);
  if (found !== undefined) return found;
  if (bytes.includes(0)) return undefined;
  const encoding = guessLegacyEncoding(
    Buffer.concat([bytes, ...others.flatMap((other) => [Buffer.from('\n'), other])]),
  );
  // What the others suggest may be impossible for this one.
  for (const name of [encoding, guessLegacyEncoding(bytes)]) {
    if (decode(bytes, name) !== undefined) return { text: decodeLegacy(bytes, name), encoding: name };
  }
  return undefined;
}

/** Whether text is in an older encoding, so that other texts from the same place help to find out which. */
export function isUndecided(bytes: Uint8Array): boolean {
  const isMarked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return !isMarked && !bytes.includes(0) && withoutMark(bytes) === undefined;
}
