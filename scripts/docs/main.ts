/** @file `npm run docs`: writes the generated parts of `docs/`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generatedDocs } from './generated.js';

for (const [file, text] of generatedDocs()) {
  writeFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), text);
}
