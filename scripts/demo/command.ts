/** @file Runs `lora-bridge` commands, and formats them as a user would type them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Quotes a word that a shell would split. */
const quoted = (word: string): string => (/^[\w./:=@%+-]+$/.test(word) ? word : `"${word}"`);

/** The command as one would type it. */
export const typed = (args: readonly string[]): string => `npx lora-bridge ${args.map(quoted).join(' ')}`;

/** Starts the command; its messages appear on our standard error. */
export function start(args: readonly string[], home: string, quiet: boolean) {
  return spawn(process.execPath, [entry, ...args], {
    env: { ...process.env, LORA_BRIDGE_HOME: home },
    stdio: ['ignore', 'pipe', quiet ? 'ignore' : 'inherit'],
  });
}

/** Runs the command to its end and returns what it printed. @throws Error if it fails */
export async function run(args: readonly string[], home: string, quiet: boolean): Promise<string> {
  const child = start(args, home, quiet);
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`${typed(args)} ended with status ${status}. ${output}`);
  return output;
}
