/** @file What goes wrong on Windows and nowhere else. */
import { assert, type Check } from '../check.js';

/** A check that one of `programs/` makes; its last line is what was seen. */
const program = (name: string, file: string): Check => ({
  name,
  run: async (machine) => (await machine.program(file)).trim().split('\n').at(-1) ?? '',
});

export const faults: readonly Check[] = [
  program('held file', 'replace-held.mjs'),
  program('same image twice', 'same-image.mjs'),
  program('closed database', 'closed-database.mjs'),
  program('foreign process id', 'foreign-process.mjs'),
  {
    name: 'reserved names',
    async run(machine) {
      const names = ['CON', 'aux', 'COM1.v2', 'Mina.'];
      for (const name of names) {
        const args = ['train', '--character', name, '--base', 'pocket', '--device', 'cpu', '--json'];
        const { status, stdout, stderr } = await machine.startBridge(args).ended;
        assert(status !== 0 && `${stdout}${stderr}`.includes('input.option.invalid'), `${name}: ${stdout}${stderr}`);
      }
      return `${names.join(', ')} are refused`;
    },
  },
];
