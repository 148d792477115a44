/** @file `lora-bridge doctor`: what this machine has, what is missing, and what to do about it. */
import { existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { openModel } from '../diffusion/model/open-model.js';
import { chooseEngine, defaultRequest, detectHardware } from '../engines/choose.js';
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';
import { descriptor } from '../protocol/descriptor.js';
import { homeAt } from '../store/home.js';
import { print, printJson } from './output.js';

const require = createRequire(import.meta.url);

interface Finding {
  readonly name: string;
  /** `missing` is a choice that this machine does not have; only a `problem` keeps the program from working. */
  readonly state: 'ok' | 'missing' | 'problem';
  readonly detail: string;
}

/** A run of 1000 steps with its checkpoints and previews stays well below this. */
const wantedBytes = 2 * 2 ** 30;

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 20 || (major === 20 && minor >= 19);
  const detail = `${process.versions.node} on ${process.platform} ${process.arch}`;
  return { name: 'Node.js', state: ok ? 'ok' : 'problem', detail: ok ? detail : `${detail}: install 20.19 or newer.` };
}

function onnxruntime(): Finding {
  const { version } = require('onnxruntime-node/package.json') as { version: string };
  return { name: 'ONNX Runtime', state: 'ok', detail: version };
}

/** The engines and their devices, and which of them `--engine auto --device auto` takes, and why. */
async function engines(): Promise<Finding[]> {
  const hardware = await detectHardware();
  const chosen = chooseEngine(defaultRequest, hardware);
  const { devices, diffusers } = hardware;
  const { precision, reason } = chosen.precision;
  const taken = `; --engine auto uses ${chosen.engine} on ${chosen.device}: ${chosen.reason}; --precision auto is ${precision === 'auto' ? reason : `${precision}: ${reason}`}`;
  const state = diffusers.usable ? 'ok' : diffusers.installed ? 'problem' : 'missing';
  const detail = diffusers.usable
    ? `${diffusers.python}, torch ${diffusers.versions.torch}, diffusers ${diffusers.versions.diffusers}`
    : diffusers.reason;
  return [
    { name: 'engine native', state: 'ok', detail: `built in${chosen.engine === 'native' ? taken : ''}` },
    ...devices.map(({ name, available, reason }): Finding => {
      return { name: `device ${name}`, state: available ? 'ok' : 'missing', detail: reason };
    }),
    { name: 'engine diffusers', state, detail: `${detail}${chosen.engine === 'diffusers' ? taken : ''}` },
  ];
}

async function baseModel(): Promise<Finding> {
  try {
    const { path } = await openModel('pocket');
    return { name: 'base model pocket', state: 'ok', detail: path };
  } catch (error) {
    return { name: 'base model pocket', state: 'problem', detail: asLoraBridgeError(error).message };
  }
}

async function dataFolder(): Promise<Finding> {
  const { folder } = homeAt();
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  const free = bavail * bsize;
  const detail = `${folder}, ${(free / 2 ** 30).toFixed(1)} GiB free`;
  if (free >= wantedBytes) return { name: 'data folder', state: 'ok', detail };
  return { name: 'data folder', state: 'problem', detail: `${detail}: free some space, or set LORA_BRIDGE_HOME.` };
}

function daemon(): Finding {
  const file = homeAt().descriptor;
  if (!existsSync(file))
    return { name: 'daemon', state: 'missing', detail: 'not running; commands start one as needed' };
  const { url, pid } = descriptor.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { name: 'daemon', state: 'ok', detail: `${url}, process ${pid}` };
}

const marks: Record<Finding['state'], string> = { ok: '✓', missing: '–', problem: '✗' };

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('Report what this machine has, what is missing, and how to fix it.')
    .option('--json', 'Print one JSON object.')
    .action(async ({ json }: { json?: boolean }) => {
      const findings = [node(), onnxruntime(), ...(await engines()), await baseModel(), await dataFolder(), daemon()];
      const ok = findings.every(({ state }) => state !== 'problem');
      if (json) printJson({ ok, findings });
      else for (const { name, state, detail } of findings) print(`${marks[state]} ${name.padEnd(18)} ${detail}`);
      if (!ok) process.exitCode = 1;
    });
}
