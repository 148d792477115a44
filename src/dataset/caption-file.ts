/** @file Captions in files: `walk.txt`, or `walk.caption` as some taggers write. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeText, isUndecided } from './text-file.js';

export interface CaptionFile {
  /** Path. */
  readonly file: string;
  /** On one line, at most 4000 characters; undefined for a blank file. */
  readonly caption: string | undefined;
  /** As `TextDecoder` calls it; undefined when the file is no text, and then nothing of it is used. */
  readonly encoding: string | undefined;
  /** Lines that are not used: further captions of the same image, of which training scripts take the first. */
  readonly unusedLines: number;
}

/** Reads caption files of one folder, which were probably written by one program in one encoding. */
export async function readCaptions(folder: string, names: readonly string[]): Promise<Map<string, CaptionFile>> {
  const files = await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })));
  const undecided = files.map(({ bytes }) => bytes).filter(isUndecided);
  return new Map(
    files.map(({ name, bytes }) => {
      const others = isUndecided(bytes) ? undecided.filter((other) => other !== bytes) : [];
      const decoded = decodeText(bytes, others);
      return [name, { file: join(folder, name), encoding: decoded?.encoding, ...captionOfText(decoded?.text ?? '') }];
    }),
  );
}

/** A line that ends in a comma continues on the next: some people write one tag per line. */
function captionOfText(text: string): Pick<CaptionFile, 'caption' | 'unusedLines'> {
  const lines = text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
  let end = 1;
  while (end < lines.length && /[,、，]$/.test(lines[end - 1] ?? '')) end += 1;
  const caption = lines.slice(0, end).join(' ').slice(0, 4000);
  return { caption: caption === '' ? undefined : caption, unusedLines: Math.max(0, lines.length - end) };
}
