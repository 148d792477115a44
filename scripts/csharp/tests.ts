/** @file Builds the C# assemblies and runs their NUnit tests. */
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAssemblies } from './build.js';
import { findToolchain, type Toolchain } from './toolchain.js';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A test that hangs ends with its assembly. */
const secondsPerAssembly = 20 * 60;

/**
 * Runs all C# tests, or those whose full name matches the regular expression `filter`; what does not compile counts as one failure.
 * Returns a string, why not, where C# cannot be run on this machine.
 */
export async function runCSharpTests(filter?: string): Promise<Counts | string> {
  const toolchain = findToolchain();
  if (typeof toolchain === 'string') return toolchain;
  const { ok, output, tests, runner } = buildAssemblies(toolchain);
  if (output !== '') console.log(output);
  if (!ok) return { passed: 0, failed: 1 };
  let [passed, failed] = [0, 0];
  for (const file of tests) {
    const counts = await runAssembly(toolchain, runner, file, filter);
    passed += counts.passed;
    failed += counts.failed;
  }
  return { passed, failed };
}

/** One process for each assembly: static state of one does not reach the next. */
function runAssembly(toolchain: Toolchain, runner: string, file: string, filter: string | undefined): Promise<Counts> {
  const [program, ...args] = [...toolchain.host, runner, file, ...(filter === undefined ? [] : [filter])];
  console.log(`\n${basename(file, '.dll')} on ${toolchain.name}`);
  const child = spawn(program ?? '', args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: secondsPerAssembly * 1000,
    killSignal: 'SIGKILL',
  });
  let tail = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    tail = (tail + text).slice(-1000);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      const [, passed, failed] = tail.match(/^(\d+) passed, (\d+) failed, \d+ skipped\s*$/m) ?? [];
      if (passed === undefined) console.log(`${basename(file)}: the run broke off.`);
      resolve(passed === undefined ? { passed: 0, failed: 1 } : { passed: Number(passed), failed: Number(failed) });
    });
  });
}
