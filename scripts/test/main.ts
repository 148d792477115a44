/**
 * @file `npm test`: vitest, then NUnit. Arguments go to vitest. The last lines are `TypeScript: N passed, N failed`,
 * `C#: N passed, N failed` (or `C#: not run: REASON`), and the sum, `N passed, N failed`.
 */
import { runCSharpTests } from '../csharp/tests.js';
import { printFailures, runVitest } from './vitest.js';

const typeScript = await runVitest(...process.argv.slice(2));
const cSharp = await runCSharpTests();

console.log('');
printFailures(typeScript);
console.log(`TypeScript: ${typeScript.passed} passed, ${typeScript.failures.length} failed`);
const ran = typeof cSharp === 'string' ? { passed: 0, failed: 0 } : cSharp;
console.log(typeof cSharp === 'string' ? `C#: not run: ${cSharp}` : `C#: ${ran.passed} passed, ${ran.failed} failed`);
const failed = typeScript.failures.length + ran.failed;
console.log(`${typeScript.passed + ran.passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
