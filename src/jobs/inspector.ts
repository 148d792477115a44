/** @file Inspects every stored shot in a child process: decodes it, finds its face, and reports the result. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { Inspection, ShotDescription } from '../protocol/shot.js';
import type { Store } from '../store/store.js';
import { commitEventually } from './commit.js';
import { InspectorProcess } from './inspector-process.js';
import type { Log } from './log.js';

export interface InspectorOptions {
  readonly store: Store;
  readonly log: Log;
  /** Entry file of the child process. */
  readonly entry: string;
  /** File for the child's standard output and error. */
  readonly logFile: string;
  /** How long one inspection may take. */
  readonly deadlineSeconds: number;
  /** How long an idle child process is kept. */
  readonly idleSeconds: number;
}

/** Milliseconds by which an inspection is delayed while shots arrive. */
const longestWait = 2000;

/** How often a shot is inspected, each time in a fresh process, before it is rejected: its process crashed or was killed from outside. */
const mostAttempts = { crashed: 2, killed: 4 };

export class Inspector {
  readonly #options: InspectorOptions;
  readonly #closing = new AbortController();
  #child: InspectorProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #busy = false;
  #working: Promise<void> = Promise.resolve();

  constructor(options: InspectorOptions) {
    this.#options = options;
  }

  /** Whether shots are being inspected. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Call it when there may be shots to inspect. */
  wake(): void {
    if (this.#busy || this.#closing.signal.aborted) return;
    clearTimeout(this.#idle);
    this.#busy = true;
    this.#working = this.#work().catch((error) => this.#rest(error));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#idle);
    this.#endChild();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { shots } = this.#options.store;
    for (let [shot] = shots.uninspected(1); shot !== undefined; [shot] = shots.uninspected(1)) {
      await this.#letShotsArrive();
      if (this.#closing.signal.aborted) break;
      const found = await this.#inspect(shot);
      // A child that was ended on purpose says nothing about the image.
      if (this.#closing.signal.aborted) break;
      await this.#record(shot, found);
    }
    this.#rest();
  }

  /** Acknowledgements come first: clients wait for them, and an inspection takes the processor away. */
  async #letShotsArrive(): Promise<void> {
    const { intake } = this.#options.store;
    const deadline = performance.now() + longestWait;
    while (intake.busy && performance.now() < deadline) await intake.settled();
  }

  #rest(error?: unknown): void {
    this.#busy = false;
    const { idleSeconds, log } = this.#options;
    if (error !== undefined && !this.#closing.signal.aborted)
      log.error('Shots could not be inspected; retrying later', error);
    const next = (): void => (error === undefined ? this.#endChild() : this.wake());
    this.#idle = setTimeout(next, idleSeconds * 1000).unref();
  }

  async #inspect({ sha256, regions, yaw }: ShotDescription): Promise<Inspection> {
    const { entry, logFile, deadlineSeconds, store } = this.#options;
    const request = {
      file: store.pictures.path(sha256),
      ...(regions && { regions }),
      ...(yaw !== undefined && { yaw }),
    };
    for (let attempt = 1; ; attempt++) {
      const child = this.#child?.alive ? this.#child : new InspectorProcess(entry, logFile);
      this.#child = child;
      try {
        return await child.inspect(request, deadlineSeconds);
      } catch (error) {
        this.#child = undefined;
        if (!(error instanceof LoraBridgeError) || error.code !== 'input.picture.crash') throw error;
        // Where memory is short, the system kills any process: that says little about the image.
        const attempts = child.wasKilled ? mostAttempts.killed : mostAttempts.crashed;
        if (attempt >= attempts || this.#closing.signal.aborted) return { error: error.toReport() };
      }
    }
  }

  async #record(shot: ShotDescription, found: Inspection): Promise<void> {
    const { store, log } = this.#options;
    const { id, character, name } = shot;
    const about = { shot: id, character, name };
    const record = (): void => {
      const kept = store.shots.inspected(id, found);
      if (kept === undefined) return;
      const { width, height, face, error } = kept;
      if (error !== undefined) store.events.append({ type: 'shot.rejected', ...about, error });
      else if (width !== undefined && height !== undefined)
        store.events.append({ type: 'shot.inspected', ...about, width, height, ...(face && { face }) });
    };
    await commitEventually(store.database, record, { log, signal: this.#closing.signal });
  }

  #endChild(): void {
    this.#child?.end();
    this.#child = undefined;
  }
}
