/**
 * @file `npm run test:diffusers`: installs the diffusers engine into `.venv/diffusers` by its own installer (torch as it is on
 * PyPI), unless LORA_BRIDGE_PYTHON names an environment, and runs the tests that need it. The last line is `N passed, N failed`.
 */
import { fileURLToPath } from 'node:url';
import { inspectEnvironment } from '../../src/engines/diffusers/environment.js';
import { installDiffusers } from '../../src/engines/diffusers/install/installation.js';
import { packages } from '../../src/engines/diffusers/packages.js';
import { runPytest } from './pytest.js';
import { printFailures, runVitest } from './vitest.js';

const engines = fileURLToPath(new URL('../../.venv', import.meta.url));

async function python(): Promise<string> {
  const own = process.env.LORA_BRIDGE_PYTHON;
  const environment = own
    ? await inspectEnvironment(own, packages)
    : await installDiffusers('plain', { progress: () => {}, line: (text) => console.error(text) }, engines);
  if (!environment.usable) throw new Error(environment.reason);
  return environment.python;
}

process.env.LORA_BRIDGE_PYTHON = await python();
const files = process.argv.slice(2);
const typeScript = await runVitest('--config', 'vitest.diffusers.config.ts', ...files);
// Arguments choose files of vitest.
const ofPython = files.length === 0 ? await runPytest(process.env.LORA_BRIDGE_PYTHON) : { passed: 0, failures: [] };
const outcome = {
  passed: typeScript.passed + ofPython.passed,
  failures: [...typeScript.failures, ...ofPython.failures],
};
printFailures(outcome);
console.log(`${outcome.passed} passed, ${outcome.failures.length} failed`);
if (outcome.failures.length > 0) process.exitCode = 1;
