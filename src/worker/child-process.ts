/**
 * @file The only way to start a child process. On Windows a program without a console, such as a daemon that Unity has started, would open
 * a console window for each of them.
 */
import * as original from 'node:child_process';
import { promisify } from 'node:util';

const hidden = { windowsHide: true };

/** As Node's, without a window. Arguments and options must be given. */
export const spawn = ((command: string, args: readonly string[], options: original.SpawnOptions) =>
  original.spawn(command, args, { ...options, ...hidden })) as typeof original.spawn;

/** As Node's, without a window. */
export function fork(module: string, options: original.ForkOptions): original.ChildProcess {
  return original.fork(module, { ...options, ...hidden });
}

const execFile = promisify(original.execFile);

/**
 * What a program writes.
 * @throws the error of Node's `execFile`, with `stdout` and `stderr`, when the program cannot be started, fails, or takes too long
 */
export async function outputOf(
  program: string,
  args: readonly string[],
  options: { readonly timeout: number },
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return await execFile(program, args, { ...options, ...hidden });
}
