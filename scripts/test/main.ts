/**
 * @file `npm test`: vitest, then NUnit. Arguments go to vitest. The last lines are `TypeScript: N passed, N failed`,
 * `C#: N passed, N failed` (or `C#: not run: REASON`), and the sum, `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Counts, runCSharpTests } from '../csharp/tests.js';

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

/** Runs vitest in a process of its own; counts.ts tells its counts. */
function runTypeScriptTests(): Promise<Counts> {
  const child = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  let counts: Counts = { passed: 0, failed: 0 };
  child.on('message', (message: Counts) => {
    counts = message;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      // Vitest also fails for what is no test: a wrong configuration, no test at all.
      const unexplained = status !== 0 && counts.failed === 0;
      resolve(unexplained ? { ...counts, failed: 1 } : counts);
    });
  });
}

const typeScript = await runTypeScriptTests();
const cSharp = await runCSharpTests();

console.log(`\nTypeScript: ${typeScript.passed} passed, ${typeScript.failed} failed`);
const ran = typeof cSharp === 'string' ? { passed: 0, failed: 0 } : cSharp;
console.log(typeof cSharp === 'string' ? `C#: not run: ${cSharp}` : `C#: ${ran.passed} passed, ${ran.failed} failed`);
const failed = typeScript.failed + ran.failed;
console.log(`${typeScript.passed + ran.passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
