/** @file The parent's side of the child that looks at shots. */
import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import { type InspectionReply, type InspectionRequest, inspectionReply } from './inspection.js';

/** A child that answers one request at a time, and is of no more use once `look` has thrown. */
export class InspectorProcess {
  readonly #child: ChildProcess;

  constructor(entry: string, log: string) {
    const logFile = openSync(log, 'a');
    this.#child = fork(entry, { stdio: ['ignore', logFile, logFile, 'ipc'], execArgv: [] });
    closeSync(logFile);
    this.#child.on('error', () => {});
    // Nobody waits for it: the editor and a running training come first.
    if (this.#child.pid !== undefined) setPriority(this.#child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  }

  /** Throws `input.picture.crash` when the child dies of the picture or does not answer within `deadlineSeconds`. */
  look(request: InspectionRequest, deadlineSeconds: number): Promise<InspectionReply> {
    return new Promise((resolve, reject) => {
      const fail = (what: string): void => {
        finish();
        this.#child.kill('SIGKILL');
        reject(
          new LoraBridgeError('input.picture.crash', `Reading ${request.file} ${what}.`, {
            file: request.file,
            hint: 'Save the picture anew as PNG, and take or send it again.',
          }),
        );
      };
      const onMessage = (message: unknown): void => {
        finish();
        resolve(inspectionReply.parse(message));
      };
      const onExit = (code: number | null, signal: string | null): void =>
        fail(`ended its process (${signal ?? `exit code ${code}`})`);
      const timer = setTimeout(() => fail(`took longer than ${deadlineSeconds} s`), deadlineSeconds * 1000);
      const finish = (): void => {
        clearTimeout(timer);
        this.#child.off('message', onMessage).off('exit', onExit);
      };
      this.#child.on('message', onMessage).on('exit', onExit);
      this.#child.send(request, (error) => {
        // A child that has gone says so by its exit; only a child that never was does not.
        if (error !== null && this.#child.pid === undefined) fail(`could not begin: ${error.message}`);
      });
    });
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
