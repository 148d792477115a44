/** @file The error codes, grouped by what they are about, as docs/errors.md lists them. */
import { catalogue } from '../../src/errors/catalogue.js';

const groups: Readonly<Record<string, string>> = {
  input: 'Something given is wrong',
  internal: 'Faults of this program',
  protocol: 'Client and daemon do not understand each other',
  resource: 'Something needed is missing or full',
  sampling: 'Generating an image failed',
  state: 'Not possible at this moment',
  trainer: 'A training failed',
};

/** A heading for each group, and one for each code in it. */
export function errorSections(): string {
  const entries = Object.entries(catalogue);
  const groupOf = (code: string): string => code.split('.', 1)[0] ?? code;
  const unnamed = entries.find(([code]) => groups[groupOf(code)] === undefined);
  if (unnamed !== undefined) throw new Error(`The group of ${unnamed[0]} has no title.`);
  return Object.entries(groups)
    .map(([group, title]) => {
      const sections = entries
        .filter(([code]) => groupOf(code) === group)
        .map(([code, { meaning, remedy, retryable }]) =>
          [`### \`${code}\``, `${meaning}${retryable ? ' Trying again may help.' : ''}`, remedy].join('\n\n'),
        );
      return [`## ${title}`, ...sections].join('\n\n');
    })
    .join('\n\n');
}
