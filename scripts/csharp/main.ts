/** @file `npm run build:csharp`, and `npm run test:csharp`, which takes a regular expression on the full names of tests. */
import { buildAssemblies } from './build.js';
import { runCSharpTests } from './tests.js';
import { findToolchain } from './toolchain.js';

const [command, filter] = process.argv.slice(2);

function build(): void {
  const toolchain = findToolchain();
  if (typeof toolchain === 'string') throw new Error(`C# cannot be built: ${toolchain}.`);
  const { ok, output } = buildAssemblies(toolchain);
  if (output !== '') console.log(output);
  if (!ok) process.exitCode = 1;
}

async function test(): Promise<void> {
  const counts = await runCSharpTests(filter);
  if (typeof counts === 'string') {
    console.log(`C#: not run: ${counts}`);
    process.exitCode = 1;
    return;
  }
  console.log(`C#: ${counts.passed} passed, ${counts.failed} failed`);
  // A filter that matches nothing is a typing error.
  if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
}

if (command === 'build') build();
else await test();
