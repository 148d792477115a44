/** @file Ctrl-C is no failure: it has a line of its own, and the exit status that shells expect. */
import { constants } from 'node:os';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';

/** Thrown by a command that the user has stopped. */
export class Interrupted extends LoraBridgeError {
  /** As after a signal that was not handled: 128 and its number. */
  readonly exitStatus: number;

  constructor(message: string, hint: string, signal: NodeJS.Signals = 'SIGINT') {
    super('state.job.stopped', message, { hint });
    this.exitStatus = 128 + constants.signals[signal];
  }
}
