/**
 * @file Guesses the encoding of text that is neither UTF-8 nor UTF-16: as old Japanese, Chinese, Korean, Russian and Western editors
 * save it. Captions are too short for the usual statistics of letters (chardet 2.1 gets 4 of 25 right), so an encoding
 * is judged by whether its characters are plausible: frequent rows of the character set, words of one alphabet.
 */

interface Candidate {
  /** As `TextDecoder` calls it. */
  readonly name: string;
  /** Plausibility 0 … 1 of a character that is not ASCII, from its code point, its first byte and the characters around it. */
  readonly score: (character: Character) => number;
  /** Whether a byte begins a character of two bytes. */
  readonly isLead: (byte: number) => boolean;
}

interface Character {
  readonly code: number;
  readonly lead: number;
  /** 0 for a character of one byte. */
  readonly trail: number;
  readonly before: number;
  readonly after: number;
}

const within = (value: number, low: number, high: number): boolean => value >= low && value <= high;
const isKana = (code: number): boolean => within(code, 0x3041, 0x30ff);
const isPunctuation = (code: number): boolean => within(code, 0x3000, 0x303f) || within(code, 0xff01, 0xff60);
const isLatin = (code: number): boolean => within(code | 0x20, 0x61, 0x7a);
const isAccented = (code: number): boolean => within(code, 0xc0, 0xff) && code !== 0xd7 && code !== 0xf7;

/** Letters of Russian, which lie together in windows-1251; ё apart. */
const isCyrillic = (code: number): boolean => within(code, 0x410, 0x44f) || code === 0x401 || code === 0x451;
const isUpperCyrillic = (code: number): boolean => within(code, 0x410, 0x42f);
const isLowerCyrillic = (code: number): boolean => within(code, 0x430, 0x44f);

// Frequent characters come first in each set: level 1 of JIS X 0208 and GB 2312, Big5's first plane, the hangul of KS X 1001.
const candidates: readonly Candidate[] = [
  {
    name: 'shift_jis',
    isLead: (byte) => within(byte, 0x81, 0x9f) || within(byte, 0xe0, 0xfc),
    score: ({ code, lead }) => {
      if (isKana(code)) return 1;
      if (isPunctuation(code)) return 0.8;
      if (within(code, 0xff61, 0xff9f)) return 0.3;
      return within(lead, 0x88, 0x97) ? 0.7 : 0.1;
    },
  },
  {
    name: 'euc-jp',
    isLead: (byte) => within(byte, 0xa1, 0xfe),
    score: ({ code, lead }) => {
      if (isKana(code)) return 1;
      if (isPunctuation(code)) return 0.8;
      return within(lead, 0xb0, 0xcf) ? 0.65 : 0.1;
    },
  },
  {
    name: 'gb18030',
    isLead: (byte) => within(byte, 0x81, 0xfe),
    score: ({ code, lead, trail }) => {
      if (isKana(code)) return 0.2;
      if (isPunctuation(code)) return 0.8;
      return within(lead, 0xb0, 0xd7) && trail >= 0xa1 ? 0.7 : 0.1;
    },
  },
  {
    name: 'big5',
    isLead: (byte) => within(byte, 0x81, 0xfe),
    score: ({ code, lead }) => {
      if (isPunctuation(code)) return 0.7;
      return within(lead, 0xa4, 0xc6) && within(code, 0x4e00, 0x9fff) ? 0.68 : 0.1;
    },
  },
  {
    name: 'euc-kr',
    isLead: (byte) => within(byte, 0x81, 0xfe),
    score: ({ code, lead, trail }) => {
      if (within(code, 0xac00, 0xd7a3)) return within(lead, 0xb0, 0xc8) && trail >= 0xa1 ? 0.9 : 0.1;
      return isPunctuation(code) ? 0.6 : 0.1;
    },
  },
  {
    name: 'windows-1251',
    isLead: () => false,
    score: ({ code, before }) => {
      if (!isCyrillic(code)) return 0;
      if (isUpperCyrillic(code)) return isLowerCyrillic(before) ? 0 : isUpperCyrillic(before) ? 0.4 : 0.75;
      return isLatin(before) ? 0.1 : 0.75;
    },
  },
  {
    name: 'windows-1252',
    isLead: () => false,
    score: ({ code, before, after }) => {
      // Typographic quotes, dashes and the ellipsis.
      if (within(code, 0x2013, 0x2026)) return 0.6;
      if (!isAccented(code)) return 0.1;
      return isLatin(before) || isLatin(after) ? 0.75 : 0.1;
    },
  },
];

/** The characters of the bytes 0x80 to 0x9f in windows-1252; Node 20 decodes them as control characters. */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * Decodes text in one of these encodings.
 * @throws TypeError when the bytes are none
 */
export function decodeLegacy(bytes: Uint8Array, encoding: string): string {
  const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  if (encoding !== 'windows-1252') return text;
  return text.replace(/[\x80-\x9f]/g, (control) => windows1252[control.charCodeAt(0) - 0x80] ?? control);
}

/** Mean plausibility of the characters that are not ASCII; undefined when the bytes are no text in this encoding. */
function scoreOf({ name, isLead, score }: Candidate, bytes: Uint8Array): number | undefined {
  const codes: { code: number; lead: number; trail: number }[] = [];
  try {
    for (let at = 0; at < bytes.length; ) {
      const lead = bytes[at] ?? 0;
      const length = lead >= 0x80 && isLead(lead) ? 2 : 1;
      const code = decodeLegacy(bytes.subarray(at, at + length), name).codePointAt(0) ?? 0;
      codes.push({ code, lead, trail: length === 2 ? (bytes[at + 1] ?? 0) : 0 });
      at += length;
    }
  } catch {
    return undefined;
  }
  let [sum, count] = [0, 0];
  for (const [index, { code, lead, trail }] of codes.entries()) {
    if (lead < 0x80) continue;
    const [before, after] = [codes[index - 1]?.code ?? 0, codes[index + 1]?.code ?? 0];
    const isUndefined = within(code, 0xe000, 0xf8ff) || within(code, 0x80, 0x9f);
    sum += isUndefined ? 0 : score({ code, lead, trail, before, after });
    count += 1;
  }
  return count === 0 ? undefined : sum / count;
}

/**
 * The most plausible encoding of text that is not valid UTF-8; `windows-1252`, in which everything is some text, when none is.
 * More text gives better guesses.
 * @returns a name that `TextDecoder` takes
 */
export function guessLegacyEncoding(bytes: Uint8Array): string {
  let best = { name: 'windows-1252', score: 0.15 };
  for (const candidate of candidates) {
    const score = scoreOf(candidate, bytes);
    if (score !== undefined && score > best.score) best = { name: candidate.name, score };
  }
  return best.name;
}
