/** @file `npm run protocol`: writes `protocol/` and the C# types from the zod messages; with `--check`, says whether they are up to date. */
import { differences, writeFiles } from './files.js';

if (process.argv.includes('--check')) {
  const wrong = differences();
  for (const path of wrong) console.error(`${path} differs from the messages in src/protocol/.`);
  if (wrong.length > 0) {
    console.error('Run `npm run protocol` and commit the result.');
    process.exitCode = 1;
  }
} else {
  console.log(`${writeFiles()} files written.`);
}
