/**
 * @file `npm run bench:unity [-- --json] [NAME ...]`: what the Unity package's Core takes on this machine, on Mono where there is
 * no .NET SDK: matting and encoding, exactness of framing, memory over 500 shots, and the client's time to reconnect, to close and
 * to upload.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { buildAssemblies } from '../csharp/build.js';
import { findToolchain } from '../csharp/toolchain.js';

/** What the project promises: the most that a figure may be. */
const promises: Readonly<Record<string, number>> = {
  'godette ×1 processor ms': 120,
  'godette ×2 processor ms': 120,
  'shots with a vertex outside': 0,
  'largest error of the margin px': 1,
  'managed growth MB': 10,
  'resident growth MB': 10,
  'slowest s': 2,
  'slowest ms': 100,
};

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const toolchain = findToolchain();
if (typeof toolchain === 'string') throw new Error(`The benchmark cannot be built: ${toolchain}.`);
const { ok, output, programs } = buildAssemblies(toolchain);
if (!ok) throw new Error(output);
const [host, ...options] = toolchain.host;
const program = programs.get('LoraBridge.Bench') ?? '';
const { status, stdout } = spawnSync(host, [...options, program, ...positionals], {
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (status !== 0) throw new Error(`The benchmark broke off with status ${status}.`);
const report = z.record(z.string(), z.record(z.string(), z.number())).parse(JSON.parse(stdout));
if (values.json) console.log(JSON.stringify({ runtime: toolchain.name, ...report }));
else
  for (const [benchmark, figures] of Object.entries(report)) {
    console.log(`${benchmark}, on ${toolchain.name}`);
    for (const [name, value] of Object.entries(figures)) {
      const limit = promises[name];
      const promise = limit === undefined ? '' : `  ${value <= limit ? 'kept' : 'NOT KEPT'}: at most ${limit}`;
      console.log(`  ${name.padEnd(44)} ${value.toFixed(3).padStart(10)}${promise}`);
    }
  }
