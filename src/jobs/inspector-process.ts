/** @file The parent's end of the child process that inspects shots. */
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { type Inspection, inspection } from '../protocol/shot.js';
import { fork } from '../worker/child-process.js';
import type { InspectionRequest } from './inspection.js';
import { rotateLog } from './log.js';

/** How long the child may take to load its libraries. */
const startSeconds = 60;

/** Answers one request at a time; cannot be used again once `inspect` has thrown. */
export class InspectorProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<void>;
  #wasKilled = false;

  constructor(entry: string, log: string) {
    rotateLog(log);
    const logFile = openSync(log, 'a');
    this.#child = fork(entry, { stdio: ['ignore', logFile, logFile, 'ipc'], execArgv: [] });
    closeSync(logFile);
    this.#child.on('error', () => {});
    this.#ready = this.#becomeReady(log);
    // `inspect` reports the failure; without a call there is nothing to report.
    this.#ready.catch(() => {});
    // Inspection is not urgent: the editor and a running training come first.
    if (this.#child.pid !== undefined) setPriority(this.#child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  }

  /** Whether it can be used; the system may have killed it while it was idle. */
  get alive(): boolean {
    return this.#child.connected;
  }

  /** Whether somebody else has ended it during an inspection, for example the system because memory was short. */
  get wasKilled(): boolean {
    return this.#wasKilled;
  }

  /** Settles when the child has loaded its libraries. A failure to do so says nothing about any image. */
  #becomeReady(log: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        this.#child.kill('SIGKILL');
        const hint = 'Check that file; stored shots are inspected once the process starts again.';
        const what = 'The process that inspects shots could not start.';
        reject(new LoraBridgeError('internal', what, { file: log, hint }));
      };
      const timer = setTimeout(fail, startSeconds * 1000);
      this.#child.once('message', () => resolve());
      this.#child.once('exit', fail).once('error', fail);
      const settle = (): void => {
        clearTimeout(timer);
        this.#child.off('exit', fail).off('error', fail);
      };
      this.#child.once('message', settle).once('exit', settle);
    });
  }

  /** @throws LoraBridgeError `input.picture.crash` when the child dies or does not answer within `deadlineSeconds` */
  async inspect(request: InspectionRequest, deadlineSeconds: number): Promise<Inspection> {
    await this.#ready;
    return await new Promise((resolve, reject) => {
      const fail = (what: string): void => {
        finish();
        this.#child.kill('SIGKILL');
        reject(
          new LoraBridgeError('input.picture.crash', `Reading ${request.file} ${what}.`, {
            file: request.file,
            hint: 'Save the image as a PNG again, or capture it again, and resend it.',
          }),
        );
      };
      const onMessage = (message: unknown): void => {
        finish();
        resolve(inspection.parse(message));
      };
      const onExit = (code: number | null, signal: string | null): void => {
        this.#wasKilled = signal === 'SIGKILL' || signal === 'SIGTERM';
        fail(`ended its process (${signal ?? `exit code ${code}`})`);
      };
      const timer = setTimeout(() => fail(`took longer than ${deadlineSeconds} s`), deadlineSeconds * 1000);
      const finish = (): void => {
        clearTimeout(timer);
        this.#child.off('message', onMessage).off('exit', onExit);
      };
      this.#child.on('message', onMessage).on('exit', onExit);
      // A child that has ended reports that by its exit.
      this.#child.send(request, () => {});
    });
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
