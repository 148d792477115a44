/**
 * @file `npm run demo`: from the captures of a posed character to her LoRA, every part real. Starts a daemon of its own, plays the
 * editor that streams the shots, trains, and generates the same prompt with and without the LoRA.
 */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { followJob } from '../../src/cli/follow-job.js';
import { note, print, printError, printJson } from '../../src/cli/output.js';
import { ProgressLine } from '../../src/cli/progress.js';
import type { DaemonClient } from '../../src/client/daemon-client.js';
import type { JobDescription } from '../../src/protocol/job.js';
import { type TrainOptions, trainOptions } from '../../src/protocol/train-options.js';
import { typed } from './command.js';
import { listCaptures, streamCaptures } from './editor.js';
import { openDaemon } from './own-daemon.js';
import { paletteDistance } from './palette.js';
import { capturePalette, generateArguments, generatedPalette, prompt, writeBeforeAfter } from './portraits.js';

const characters = fileURLToPath(new URL('../../test/characters/', import.meta.url));

/** What suits a base model of six million parameters; the defaults of `train` suit one of 860 million. */
const hyperParameters = {
  rank: 16,
  learningRate: 0.0025,
  // So small a model learns a character sooner before one background, and when fine detail counts for less.
  background: 'white',
  // Of a whole body, 128 pixels leave a dozen for the face.
  framings: ['upper', 'face'],
  minSnrGamma: 1,
  previewEvery: 500,
  previewCount: 6,
};

/** The same as flags of `lora-bridge train`. */
const trainFlags = Object.entries(hyperParameters).flatMap(([name, value]) => [
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  String(value),
]);

interface DemoOptions {
  readonly steps: string;
  readonly device: string;
  readonly pictures: string;
  readonly out: string;
  readonly json?: boolean;
  readonly keepOpen?: boolean;
  readonly control?: boolean;
}

/** Streams one character's captures and trains on them. */
async function learn(
  client: DaemonClient,
  folder: string,
  options: TrainOptions,
  quiet: boolean,
): Promise<JobDescription> {
  const line = new ProgressLine(quiet);
  const sources = new Map<string, number>();
  const character = await streamCaptures(client, folder, {
    uploaded: (done, total) => line.update('upload', done, total),
    inspected: (done, total, face) => {
      sources.set(face, (sources.get(face) ?? 0) + 1);
      line.update('faces', done, total, [[...sources].map(([source, count]) => `${count} from ${source}`).join(', ')]);
    },
  });
  line.end();
  const job = randomUUID();
  await client.request({ type: 'job.start', job, character, options });
  return await followJob(client, job, quiet);
}

const loraOf = ({ files = [] }: JobDescription): string =>
  files.find((file) => basename(file) === 'lora.safetensors') ?? '';

async function demo({
  steps,
  device,
  pictures,
  out,
  json = false,
  keepOpen = false,
  control = false,
}: DemoOptions): Promise<void> {
  const started = performance.now();
  const folder = resolve(out);
  await mkdir(folder, { recursive: true });
  const home = join(folder, 'home');
  const count = Number(pictures);
  const previewCount = Math.min(hyperParameters.previewCount, count);
  const hyper = { ...hyperParameters, previewCount };
  const options = trainOptions.parse({ ...hyper, base: 'pocket', prompt, steps: Number(steps), device });
  const generate = (name: string, lora: string | undefined) =>
    generatedPalette(join(folder, name), { lora, device, count }, home, json);
  const say = (line: string): void => {
    if (!json) note(line);
  };

  say('\nA daemon starts, and an editor streams 15 captures of Godette to it.');
  const daemon = await openDaemon(home);
  try {
    const { client } = daemon;
    const captures = await listCaptures(join(characters, 'godette'));
    const job = await learn(client, join(characters, 'godette'), options, json);

    say('\nThe same prompt and seeds without and with the LoRA:');
    const [before, after, sheet] = [join(folder, 'before'), join(folder, 'after'), join(folder, 'before-after.jpg')];
    const { palette, floor } = await capturePalette(captures.files);
    const base = paletteDistance(await generate('before', undefined), palette);
    const lora = paletteDistance(await generate('after', loraOf(job)), palette);
    await writeBeforeAfter(sheet, before, after);

    let controlDistance: number | undefined;
    if (control) {
      say('\nA LoRA of another character, as a control:');
      const other = await learn(client, join(characters, 'control'), options, json);
      const generated = await generate('control', loraOf(other));
      controlDistance = paletteDistance(generated, palette);
    }

    const files = [...(job.files ?? []), sheet];
    const seconds = (performance.now() - started) / 1000;
    const distances = { base, lora, floor, ...(controlDistance === undefined ? {} : { control: controlDistance }) };
    if (json) {
      const { samplesPerFraming, loss } = job;
      printJson({ files, seconds, samplesPerFraming, loss, palette: distances });
    } else report(files, seconds, job, distances, steps, count);
    if (keepOpen) {
      say(`\nThe daemon stays open: LORA_BRIDGE_HOME=${home} npx lora-bridge status. Press Ctrl-C to stop it.`);
      await daemon.interrupted();
    }
  } finally {
    await daemon.close();
  }
}

function report(
  files: readonly string[],
  seconds: number,
  job: JobDescription,
  palette: Readonly<Record<string, number>>,
  steps: string,
  count: number,
): void {
  print(`\ndone in ${Math.round(seconds)} s`);
  for (const file of files) print(`  ${relative(process.cwd(), file)}`);
  const { first = 0, last = 0 } = job.loss ?? {};
  print(`\nloss over fixed samples   ${first.toFixed(4)} before, ${last.toFixed(4)} after`);
  const distances = Object.entries(palette).map(([name, distance]) => `${name} ${distance.toFixed(1)}`);
  print(`colours, distance in ΔE   ${distances.join(', ')}`);
  const images = relative(process.cwd(), join(characters, 'godette'));
  const train = ['train', '--base', 'pocket', '--images', images, '--prompt', prompt, '--steps', steps];
  print('\nThe same by hand:');
  print(`  ${typed([...train, ...trainFlags, '--out', 'godette'])}`);
  print(`  ${typed(generateArguments('pictures', { lora: join('godette', 'lora.safetensors'), count }))}`);
}

const command = new Command('demo')
  .option('--steps <number>', 'Training steps.', '600')
  .option('--device <name>', 'Where to train and generate: auto, cpu, cuda or webgpu.', 'auto')
  .option('--pictures <number>', 'Pictures generated without and with the LoRA, and at most on a preview sheet.', '12')
  .option('--out <folder>', 'Where everything goes.', 'out/demo')
  .option('--json', 'Print one JSON object at the end, and no progress.')
  .option('--keep-open', 'Leave the daemon running at the end.')
  .option('--control', 'Also train on another character, as a control of the colour measure.')
  .action(demo);

try {
  await command.parseAsync();
} catch (error) {
  printError(error, process.argv.includes('--json'));
}
