/** @file What commands print: messages on standard error, results on standard output, as JSON with `--json`. */
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';
import { Interrupted } from './interrupted.js';

export const print = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

export const printJson = (value: unknown): void => print(JSON.stringify(value));

export const note = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Prints an error, as JSON with `--json`, and sets the exit status. */
export function printError(thrown: unknown, json: boolean): void {
  const error = asLoraBridgeError(thrown);
  process.exitCode = error instanceof Interrupted ? error.exitStatus : 1;
  if (json) printJson({ error: error.toReport() });
  else {
    note(error instanceof Interrupted ? error.message : `error: ${error.message} [${error.code}]`);
    if (error.file !== undefined && !error.message.includes(error.file)) note(`  file: ${error.file}`);
    if (error.hint !== undefined) note(`  ${error.hint}`);
  }
  if (error.code === 'internal' && error.cause instanceof Error) {
    const log = process.env.LORA_BRIDGE_DEBUG;
    note(log ? (error.cause.stack ?? '') : '  Set LORA_BRIDGE_DEBUG=1 to print the stack trace.');
  }
}

/** `83` as `1:23`, `3700` as `1:01:40`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
