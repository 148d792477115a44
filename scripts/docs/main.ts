/** @file `npm run docs`: writes the generated parts of `docs/`; with `--check`, says whether they are up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generatedDocs } from './generated.js';

const isCheck = process.argv.includes('--check');

for (const [file, text] of generatedDocs()) {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  if (!isCheck) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${file} is not up to date. Run \`npm run docs\` and commit the result.`);
    process.exitCode = 1;
  }
}
