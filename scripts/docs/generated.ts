/** @file The parts of `docs/` that are generated: tables between a comment `generated: NAME` and one `end`. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { addFlags } from '../../src/cli/flags.js';
import { trainOptions } from '../../src/protocol/train-options.js';
import { errorSections } from './errors.js';
import { layers } from './layers.js';

const root = new URL('../../', import.meta.url);

function table(head: readonly [string, string], rows: readonly (readonly [string, string])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), '|---|---|', ...rows.map(line)].join('\n');
}

/** File → name of the part → what it is made of. */
const parts: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'docs/architecture.md': {
    layers: () =>
      table(
        ['folder', 'holds'],
        Object.entries(layers).map(([folder, holds]) => [`\`${folder}/\``, holds]),
      ),
  },
  'docs/errors.md': { errors: errorSections },
  'docs/training-options.md': {
    'training options': () => {
      const { options } = addFlags(new Command(), trainOptions.shape);
      return table(
        ['option', ''],
        options.map(({ flags, description }) => [`\`${flags}\``, description]),
      );
    },
  },
};

const end = '<!-- end -->';

function fill(text: string, name: string, content: string): string {
  const begin = `<!-- generated: ${name} -->`;
  const [before, rest] = text.split(`${begin}\n`);
  if (before === undefined || rest === undefined) throw new Error(`There is no part "${name}".`);
  return `${before}${begin}\n\n${content}\n\n${rest.slice(rest.indexOf(end))}`;
}

/** Path of each file with generated parts → the text that it should have. */
export function generatedDocs(): Map<string, string> {
  return new Map(
    Object.entries(parts).map(([file, made]) => {
      const text = readFileSync(fileURLToPath(new URL(file, root)), 'utf8');
      return [file, Object.entries(made).reduce((filled, [name, make]) => fill(filled, name, make()), text)];
    }),
  );
}
