/** @file `--images=~/pictures`: shells expand `~` at the beginning of a word only. */
import { homedir } from 'node:os';

/** An argument with the home folder in place of a `~` that is, or begins, the value behind `=`. */
export const expandHome = (argument: string): string =>
  argument.replace(/^(--[a-z-]+=)~(?=$|[\\/])/, (_, flag: string) => flag + homedir());
