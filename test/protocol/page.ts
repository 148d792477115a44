/** @file Reads PROTOCOL.md: nothing here knows how the page is made. */
import { readFileSync } from 'node:fs';

export interface Row {
  readonly field: string;
  readonly isOptional: boolean;
  readonly type: string;
  readonly notes: string;
}

export interface Section {
  /** Type of the message, or name of the type. */
  readonly title: string;
  readonly isMessage: boolean;
  readonly rows: readonly Row[];
  /** Empty where there is none. */
  readonly example: Readonly<Record<string, unknown>>;
  /** Type of the message that answers a request. */
  readonly answer: string | undefined;
}

/** Cells of a line of a table; a bar after a backslash is text. */
const cellsOf = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));

function readSection(text: string): Section {
  const [heading = ''] = text.split('\n', 1);
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map(cellsOf)
    .map(([name = '', type = '', notes = '']): Row => {
      const field = /`(.*)`/.exec(name)?.[1] ?? '';
      return { field, isOptional: name.endsWith('(optional)'), type, notes };
    });
  return {
    title: /`(.*)`/.exec(heading)?.[1] ?? heading,
    isMessage: heading.includes('`'),
    rows,
    example: JSON.parse(/```json\n(.*?)```/s.exec(text)?.[1] ?? '{}'),
    answer: /^Answered by \[`(.*?)`\]/m.exec(text)?.[1],
  };
}

export function readPage(): { readonly text: string; readonly sections: readonly Section[] } {
  const text = readFileSync(new URL('../../protocol/PROTOCOL.md', import.meta.url), 'utf8');
  // The tables after the types are about other things.
  const [reference = ''] = text.split('\n## Close codes');
  return { text, sections: reference.split('\n### ').slice(1).map(readSection) };
}

/** The values in a cell that says `"a"` or `"b"`, or `1`. */
export const literalsIn = (type: string): unknown[] =>
  /^(`[^`]*`)( or `[^`]*`)*$/.test(type)
    ? [...type.matchAll(/`([^`]*)`/g)].map(([, literal = '']) => JSON.parse(literal))
    : [];
