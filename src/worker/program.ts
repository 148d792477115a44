/** @file A program that a job runs as a child process. */

/** It is given the path of a job file after its arguments and speaks the worker protocol (events.ts). */
export interface Program {
  readonly command: string;
  readonly arguments: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A JavaScript file as a program. */
export function nodeProgram(file: string): Program {
  return { command: process.execPath, arguments: [file] };
}
