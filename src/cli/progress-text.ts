/** @file The text of a stage's progress, for terminals of any width and for logs. */

export interface StageProgress {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  /** In order of importance. */
  readonly details: readonly string[];
}

/** Width of the longest stage's name. */
const titleWidth = 'evaluation'.length;

const widestBar = 24;
const narrowestBar = 6;

/**
 * Name and numbers, then the details, with a bar where there is room for one. In a narrow terminal padding and as many details as
 * need be are left out.
 * @param columns of the terminal; without, all details and no bar
 */
export function progressText({ name, done, total, details }: StageProgress, columns?: number): string {
  const title = name.padEnd(titleWidth);
  const numbers = `${done}/${total}`;
  const wide = [`${title} ${numbers}`, ...details].join('  ');
  if (columns === undefined) return wide;
  // The last column stays free: some terminals wrap after it.
  const room = columns - 1 - wide.length;
  if (room >= 0) {
    const width = Math.min(widestBar, room - 1);
    if (width < narrowestBar) return wide;
    const filled = total === 0 ? 0 : Math.round((width * Math.min(done, total)) / total);
    const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
    return [`${title} ${bar} ${numbers}`, ...details].join('  ');
  }
  for (let count = details.length; count > 0; count -= 1) {
    const narrow = [name, numbers, ...details.slice(0, count)].join(' ');
    if (narrow.length < columns) return narrow;
  }
  return `${name} ${numbers}`.slice(0, columns - 1);
}
