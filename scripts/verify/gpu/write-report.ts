/** @file Rewrites the report after every finding, so that a run that is cut keeps what it has. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from './report.js';
import { reportText } from './report-text.js';

/** Writes `report.json` and `report.txt`; a reader finds them whole at any time. */
export function writeReport(folder: string, content: Report): void {
  for (const [name, text] of [
    ['report.json', `${JSON.stringify(content, null, 2)}\n`],
    ['report.txt', reportText(content)],
  ] as const) {
    writeFileSync(join(folder, `${name}.tmp`), text);
    renameSync(join(folder, `${name}.tmp`), join(folder, name));
  }
}
