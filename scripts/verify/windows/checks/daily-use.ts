/** @file What is done every day: from doctor to a picture, in folders as they are on Windows. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { assert, type Check } from '../check.js';
import type { WindowsMachine } from '../machine.js';

const godette = fileURLToPath(new URL('../../../../test/characters/godette', import.meta.url));

const captures = 'D:\\キャラクター\\ゴデット';
const training = [
  '--base',
  'pocket',
  '--device',
  'cpu',
  '--framings',
  'face',
  '--prompt',
  'a sks girl',
  '--batch-size',
  '1',
  '--preview-every',
  '0',
  '--background',
  'white',
];

/** Longer than the 260 characters that Windows' older functions take. */
const longFolder = `D:\\${Array.from({ length: 6 }, (_, part) => `a folder with a name of fifty-five characters, number ${part}`).join('\\')}`;

function copyCaptures(machine: WindowsMachine, folder: string): void {
  mkdirSync(machine.at(folder), { recursive: true });
  for (const file of ['stand_full_yaw0.png', 'wave_full_yaw0.png', 'captures.json'])
    cpSync(join(godette, file), join(machine.at(folder), file));
}

function sizeOf(machine: WindowsMachine, file: string): string {
  assert(existsSync(machine.at(file)), `${file} is not there`);
  return `${file.length} characters, ${(statSync(machine.at(file)).size / 1000).toFixed(0)} kB`;
}

const stepsOf = (text: string): number[] => [...text.matchAll(/"step":(\d+)/g)].map(([, step]) => Number(step));

/** The only folder of a run, and how many steps its metrics have. */
async function untilStep(machine: WindowsMachine, out: string, step: number): Promise<void> {
  const metrics = machine.at(`${out}\\metrics.jsonl`);
  for (let tries = 0; tries < 2400; tries += 1) {
    if (existsSync(metrics) && stepsOf(readFileSync(metrics, 'utf8')).some((reached) => reached >= step)) return;
    await delay(100);
  }
  throw new Error(`no step ${step} in ${metrics} within four minutes`);
}

export const dailyUse: readonly Check[] = [
  {
    name: 'doctor',
    async run(machine) {
      const { ok, findings } = JSON.parse(await machine.bridge(['doctor', '--json']));
      const detail = (name: string): string =>
        findings.find((finding: { name: string }) => finding.name === name).detail;
      assert(ok, JSON.stringify(findings));
      assert(detail('Node.js').endsWith('on win32 x64'), detail('Node.js'));
      return detail('Node.js');
    },
  },
  {
    name: 'device auto',
    async run(machine) {
      // Wine without a graphics driver has no adapter: like a server, or a virtual machine.
      const { findings } = JSON.parse(await machine.bridge(['doctor', '--json']));
      const { state, detail } = findings.find(({ name }: { name: string }) => name === 'device webgpu');
      assert(state === 'missing', `WebGPU is taken where it has no adapter: ${detail}`);
      return detail;
    },
  },
  {
    name: 'prepare',
    async run(machine) {
      copyCaptures(machine, captures);
      const args = ['--images', captures, '--prompt', 'a sks girl', '--base', 'pocket', '--json'];
      const { manifest, samplesPerFraming } = JSON.parse(
        await machine.bridge(['prepare', ...args, '--out', 'D:\\データ']),
      );
      sizeOf(machine, manifest);
      return `${manifest}: ${JSON.stringify(samplesPerFraming)}`;
    },
  },
  {
    name: 'train',
    async run(machine) {
      copyCaptures(machine, captures);
      const args = ['--images', captures, '--out', longFolder, '--copy-to', '\\\\server\\share\\Lora', ...training];
      await machine.bridge(['train', ...args, '--steps', '6', '--json']);
      sizeOf(machine, '\\\\server\\share\\Lora\\ゴデット.safetensors');
      return sizeOf(machine, `${longFolder}\\lora.safetensors`);
    },
  },
  {
    /** With the LoRA of `train`. */
    name: 'generate',
    async run(machine) {
      const out = '\\\\server\\share\\絵\\godette.png';
      const options = [
        '--base',
        'pocket',
        '--device',
        'cpu',
        '--sampler',
        'ddim',
        '--steps',
        '2',
        '--prompt',
        'a sks girl',
      ];
      await machine.bridge([
        'generate',
        '--lora',
        '\\\\server\\share\\Lora\\ゴデット.safetensors',
        '--out',
        out,
        ...options,
      ]);
      return sizeOf(machine, out);
    },
  },
  {
    name: 'stop and resume',
    async run(machine) {
      copyCaptures(machine, captures);
      const daemon = machine.startBridge(['daemon']);
      await daemon.says(/listening/);
      const out = 'C:\\users\\Public\\run';
      const trainer = machine.startBridge([
        'train',
        '--images',
        captures,
        '--out',
        out,
        ...training,
        '--steps',
        '2000',
      ]);
      await trainer.says(/job [0-9a-f-]{36}/);
      const [, job = ''] = /job ([0-9a-f-]{36})/.exec(trainer.output()) ?? [];
      await untilStep(machine, out, 2);
      await machine.bridge(['stop', job]);
      const { stderr } = await trainer.ended;
      assert(stderr.includes('--resume'), `it does not say how to resume: ${stderr}`);
      const stopped = Math.max(...stepsOf(readFileSync(machine.at(`${out}\\metrics.jsonl`), 'utf8')));

      const resumed = machine.startBridge(['train', '--resume', job]);
      await untilStep(machine, out, stopped + 2);
      await machine.bridge(['stop', job]);
      await resumed.ended;
      const status = await machine.bridge(['status']);
      const steps = stepsOf(readFileSync(machine.at(`${out}\\metrics.jsonl`), 'utf8'));
      assert(new Set(steps).size === steps.length, 'steps were done twice');
      await machine.bridge(['daemon', 'stop']);
      const { status: exit } = await daemon.ended;
      assert(exit === 0, `the daemon ended with ${exit}: ${daemon.output()}`);
      return `stopped at ${stopped}, resumed up to ${Math.max(...steps)}; ${status.split('\n', 1)[0]}`;
    },
  },
  {
    name: 'watch',
    async run(machine) {
      const folder = 'D:\\watched';
      mkdirSync(machine.at(folder), { recursive: true });
      const watch = machine.startBridge(['watch', folder, '--debounce', '1', ...training, '--steps', '4']);
      await watch.says(/watching/);
      copyCaptures(machine, `${folder}\\Mina`);
      await watch.says(/Mina\.safetensors/);
      watch.child.kill('SIGKILL');
      await watch.ended;
      rmSync(machine.at(`${folder}\\Mina`), { recursive: true });
      return sizeOf(machine, `${folder}\\Mina.safetensors`);
    },
  },
];
