/** @file `lora-bridge watch`: trains each character's folder once it has changed and then stayed unchanged for a while. */
import { randomUUID } from 'node:crypto';
import { basename, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { DaemonClient } from '../client/daemon-client.js';
import { chooseEngine, detectHardware } from '../engines/choose.js';
import { asLoraBridgeError, type LoraBridgeError } from '../errors/lora-bridge-error.js';
import { copyAtomically } from '../files/atomic.js';
import type { JobDescription } from '../protocol/job.js';
import { type TrainOptions, trainOptions } from '../protocol/train-options.js';
import { FolderWatch, type ReadyCharacter } from '../watch/folder-watch.js';
import { writeTrained } from '../watch/trained-record.js';
import { onEndSignal } from '../worker/end-signals.js';
import { findBase } from './base-model.js';
import { addFlags, readFlags } from './flags.js';
import { checkName } from './lora-name.js';
import { note, print, printJson } from './output.js';
import { ProgressLine } from './progress.js';
import { parseSeconds } from './seconds.js';
import { withDaemon } from './with-daemon.js';

/** An image that cannot be read may still be arriving over a slow network. */
const incompleteSeconds = 60;

interface OwnFlags {
  readonly debounce: string;
  /** The earlier name of `debounce`. */
  readonly quiet?: string;
  readonly json?: boolean;
}

class WatchTrainer {
  /** The running job of each character. */
  readonly #jobs = new Map<string, string>();
  #stopping = false;

  readonly #client: DaemonClient;
  readonly #root: string;
  readonly #options: TrainOptions;
  readonly #json: boolean;
  /** Ended before anything else is printed, which would land in the middle of it. */
  readonly #line: ProgressLine;

  constructor(client: DaemonClient, root: string, options: TrainOptions, json: boolean, line: ProgressLine) {
    this.#client = client;
    this.#root = root;
    this.#options = options;
    this.#json = json;
    this.#line = line;
  }

  /** Trains a character; a running training on its older images is stopped. */
  async train({ character, folder, fingerprint }: ReadyCharacter): Promise<void> {
    checkName(character, 'Give the folder');
    const job = randomUUID();
    const older = this.#jobs.get(character);
    this.#jobs.set(character, job);
    try {
      if (older !== undefined) await this.#client.request({ type: 'job.stop', job: older });
      this.#line.end();
      note(`${character} has changed: training`);
      await this.#client.request({ type: 'job.start', job, character, folder, options: this.#options });
      const ended = await this.#client.waitForJob(job);
      if (ended.state === 'succeeded') {
        const files = await this.#deliver(character, ended);
        await writeTrained(folder, fingerprint);
        this.#line.end();
        if (this.#json) printJson({ character, job, files, loss: ended.loss });
        else for (const file of files) print(file);
      } else if (!this.#stopping && this.#jobs.get(character) === job) {
        this.#line.end();
        note(`${character}: ${ended.error?.message ?? `training was ${ended.state}`}`);
        if (ended.error?.hint) note(`  ${ended.error.hint}`);
      }
    } finally {
      if (this.#jobs.get(character) === job) this.#jobs.delete(character);
    }
  }

  /** Copies the LoRA and its newest preview sheet next to the character's folder. */
  async #deliver(character: string, { files = [] }: JobDescription): Promise<string[]> {
    const lora = files.find((file) => basename(file) === 'lora.safetensors');
    const sheet = files.findLast((file) => file.endsWith('.jpg'));
    const delivered: string[] = [];
    for (const [file, extension] of [
      [lora, 'safetensors'],
      [sheet, 'jpg'],
    ] as const) {
      if (file === undefined) continue;
      const place = join(this.#root, `${character}.${extension}`);
      await copyAtomically(file, place);
      delivered.push(place);
    }
    return delivered;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const job of this.#jobs.values()) await this.#client.request({ type: 'job.stop', job });
    for (const job of this.#jobs.values()) await this.#client.waitForJob(job);
  }
}

async function watchUntilStopped(
  client: DaemonClient,
  root: string,
  debounceSeconds: number,
  options: TrainOptions,
  json: boolean,
) {
  const line = new ProgressLine(json);
  const trainer = new WatchTrainer(client, root, options, json, line);
  client.on('progress', (message) => line.showProgress(message)).on('event', (event) => line.showEvent(event));
  const watch = await FolderWatch.open({ root, debounceSeconds, incompleteSeconds });
  watch.on('ready', (ready) => {
    trainer.train(ready).catch((error) => {
      const { message, code, hint } = asLoraBridgeError(error);
      line.say(`${ready.character}: ${message} [${code}]`);
      if (hint !== undefined) line.say(`  ${hint}`);
    });
  });
  watch.on('rejected', (character, file, { message, code }) =>
    line.say(`${character}: skipped ${file}: ${message} [${code}]`),
  );
  watch.on('failed', (folder, { message, code }) => line.say(`${folder}: ${message} [${code}]`));
  note(`watching ${root}; press Ctrl-C to stop`);
  const lost = await new Promise<LoraBridgeError | undefined>((resolve) => {
    const removeListener = onEndSignal((signal) => {
      // A second Ctrl-C ends it at once; a terminal that closes may say so twice.
      if (signal !== 'SIGHUP') removeListener();
      resolve(undefined);
    });
    client.once('lost', resolve);
  });
  line.end();
  await watch.close();
  if (lost !== undefined) throw lost;
  await trainer.stop();
}

export function addWatchCommand(program: Command): void {
  const command = program
    .command('watch')
    .description("Watch a folder whose subfolders are characters; train a character's LoRA whenever its images change.")
    .argument('<folder>', 'The folder. NAME.safetensors is written to it, next to the folder NAME.')
    .option('--debounce <seconds>', 'Train a character once its folder has not changed for this many seconds.', '20')
    .addOption(new Option('--quiet <seconds>').hideHelp())
    .option('--json', 'Print a JSON object for each finished LoRA, and no progress.');
  addFlags(command, trainOptions.shape).action(async (folder: string, flags: OwnFlags & Record<string, unknown>) => {
    const options = readFlags(trainOptions, flags);
    const found = await findBase(options.base, options, flags.json === true);
    chooseEngine(options, await detectHardware(), found);
    const own = { ...options, base: found.base };
    const debounce = parseSeconds('--debounce', flags.quiet ?? flags.debounce);
    await withDaemon((client) => watchUntilStopped(client, resolve(folder), debounce, own, flags.json === true));
  });
}
