/** @file What the machine is. */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { z } from 'zod';
import type { machine } from './report.js';

const packages = ['torch', 'diffusers', 'transformers', 'peft', 'accelerate'];
const question = `
import importlib.metadata as metadata, json, platform, sys
versions = {"Python": platform.python_version()}
for name in sys.argv[1:]:
    try:
        versions[name] = metadata.version(name)
    except metadata.PackageNotFoundError:
        pass
print(json.dumps(versions))
`;

/** What a command prints; empty where there is no such command. */
function ask(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

/** @param python the one whose versions count */
export function describeMachine(python: string | undefined): z.output<typeof machine> {
  const card = ask('nvidia-smi', ['--query-gpu=name,driver_version', '--format=csv,noheader']).split('\n')[0] ?? '';
  const [gpu = '', driver = ''] = card.split(', ');
  const versions = python === undefined ? '{}' : ask(python, ['-I', '-c', question, ...packages]) || '{}';
  return {
    gpu: gpu || 'no NVIDIA GPU',
    driver: driver || 'none',
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    gigabytes: totalmem() / 1e9,
    versions: { Node: process.versions.node, ...JSON.parse(versions) },
  };
}
