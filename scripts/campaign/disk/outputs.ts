/** @file Places where results should go, or images come from, that do not work. */
import { existsSync } from 'node:fs';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCommand } from '../product/command.js';
import { killAll } from '../product/daemon.js';
import { waitFor, within } from '../product/wait.js';
import { type Round, type Scenario, scenario } from '../scenario.js';
import { writeImages } from '../workload/job.js';

const small = (steps: number): string[] =>
  `--steps ${steps} --resolution 64 --preview-every 0 --framings full --threads 1`.split(' ');

interface Place {
  readonly home: string;
  readonly images: string;
  readonly out: string;
}

async function prepare(round: Round<never>): Promise<Place> {
  const home = join(round.folder, 'home');
  round.onEnd(() => killAll(home));
  return { home, images: await writeImages(join(round.folder, 'images')), out: join(round.folder, 'out') };
}

const copyTo = scenario({
  part: 'disk',
  name: 'copy-to',
  promises: { early: 'a place for the copy that cannot be written is refused before the training' },
  async run(round) {
    const { home, images, out } = await prepare(round);
    const destination = join(round.folder, 'a-file', 'models');
    await writeFile(join(round.folder, 'a-file'), '');
    const command = startCommand(
      home,
      'train',
      '--images',
      images,
      '--out',
      out,
      '--copy-to',
      destination,
      ...small(4),
    );
    const { exitCode, stderr } = await within(120, 'The training', command.ended);
    const hasTrained = existsSync(join(out, 'lora.safetensors'));
    const isRefused = exitCode !== 0 && !/\n\s+at /.test(stderr);
    round.check(
      'early',
      isRefused && !hasTrained,
      `exit code ${exitCode}, trained: ${hasTrained}: ${stderr.slice(-300)}`,
    );
  },
});

const closedPipe = scenario({
  part: 'disk',
  name: 'closed-pipe',
  promises: { result: 'a training whose output nobody reads any more still ends with its LoRA' },
  async run(round) {
    const { home, images, out } = await prepare(round);
    const command = startCommand(home, 'train', '--images', images, '--out', out, ...small(24));
    await waitFor(30, () => command.output.stdout !== '' || command.output.stderr !== '' || undefined);
    // As `2>&1 | head -1` does.
    command.child.stdout?.destroy();
    command.child.stderr?.destroy();
    const isThere = await waitFor(60, () => existsSync(join(out, 'lora.safetensors')) || undefined, 100);
    round.check('result', isThere === true, `no LoRA within 60 s; exit code ${command.child.exitCode}`);
  },
});

const watchedLinks = scenario({
  part: 'disk',
  name: 'watch-links',
  promises: {
    survives: 'links that loop, dangle or pass through a file do not end `watch`',
    others: 'characters next to them are trained',
    linked: 'a character whose folder is a link is trained',
  },
  async run(round) {
    const { home, images } = await prepare(round);
    const watched = join(round.folder, 'watched');
    await mkdir(watched);
    await cp(images, join(watched, 'good'), { recursive: true });
    await writeFile(join(watched, 'file.txt'), '');
    await symlink(join(watched, 'loop'), join(watched, 'loop'));
    await symlink(watched, join(watched, 'good', 'up'));
    await symlink(join(round.folder, 'nowhere'), join(watched, 'dangling'));
    await symlink(join(watched, 'file.txt', 'inside'), join(watched, 'through'));
    await symlink(await writeImages(join(round.folder, 'elsewhere'), 'other'), join(watched, 'linked'));
    const command = startCommand(home, 'watch', watched, '--debounce', '0.3', ...small(4));
    round.onEnd(() => void command.child.kill('SIGKILL'));
    const count = (): number => (command.output.stdout + command.output.stderr).split('.safetensors').length - 1;
    const isDone = (name: string): boolean =>
      existsSync(join(watched, name, 'lora.safetensors')) || existsSync(join(watched, `${name}.safetensors`));
    await waitFor(60, () => (isDone('good') && isDone('linked')) || command.child.exitCode !== null || undefined, 200);
    const said = `${command.output.stdout}${command.output.stderr}`.slice(-400);
    round.check('survives', command.child.exitCode === null && !/\n\s+at /.test(said), said);
    round.check('others', isDone('good') || count() > 0, said);
    round.check('linked', isDone('linked') || count() > 1, said);
  },
});

export const outputs: readonly Scenario[] = [copyTo, closedPipe, watchedLinks];
