/** @file Every `lora-bridge` command in the documentation exists, and knows the flags that it is shown with. */
import { expect, test, vi } from 'vitest';
import { CliSandbox } from '../end-to-end/support.js';
import { pages, textOf } from './pages.js';

vi.setConfig({ testTimeout: 120_000 });

const groups = ['daemon', 'engine', 'lora', 'models', 'runs'];

interface Shown {
  readonly command: string;
  readonly flags: readonly string[];
  readonly where: string;
}

/** The commands in a page's blocks of shell, comments and continued lines taken into account. */
function commandsIn(page: string): Shown[] {
  const blocks = [...textOf(page).matchAll(/```sh\n([\s\S]*?)```/g)];
  const lines = blocks.flatMap(([, block = '']) => block.replaceAll('\\\n', ' ').split('\n'));
  return lines.flatMap((line) => {
    // The last one: of `docker compose exec lora-bridge lora-bridge doctor` the first is a service.
    const [, rest] = /^.*\blora-bridge +([a-z-].*)/.exec(line.replace(/ # .*/, '')) ?? [];
    if (rest === undefined) return [];
    const words = rest.split(/ +/);
    const [first = '', second = ''] = words;
    const command = groups.includes(first) && /^[a-z]+$/.test(second) ? `${first} ${second}` : first;
    return [{ command, flags: words.filter((word) => /^--[a-z-]+$/.test(word)), where: `${page}: ${line}` }];
  });
}

test('all documented commands and flags exist', async () => {
  const sandbox = CliSandbox.open();
  const shown = pages.flatMap(commandsIn);
  expect(shown.length).toBeGreaterThan(20);
  const help = new Map<string, string>();
  for (const command of new Set(shown.map((one) => one.command))) {
    const { status, stdout } = await sandbox.run(...command.split(' '), '--help');
    if (status === 0) help.set(command, stdout);
  }
  const unknown = shown.flatMap(({ command, flags, where }) => {
    const text = help.get(command);
    // Of an unknown subcommand, commander shows the help of its group.
    if (!text?.includes(`lora-bridge ${command} `)) return [`${command} (${where})`];
    return flags.filter((flag) => !text.includes(`${flag} `)).map((flag) => `${flag} (${where})`);
  });
  expect(unknown).toEqual([]);
});
