/**
 * @file Files that only their user may read. Windows has no modes: there an access list says who may, and a file outside the user's profile
 * inherits one that includes everybody.
 */
import { join } from 'node:path';
import { outputOf } from '../worker/child-process.js';

/** The system account, which backups and virus scanners run as. */
const system = '*S-1-5-18';

const run = async (program: string, ...args: string[]): Promise<string> => {
  const path = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', `${program}.exe`);
  return (await outputOf(path, args, { timeout: 10_000 })).stdout;
};

/**
 * Replaces a file's access list by one for this user and the system. Does nothing on other systems, where the file's mode says it, and on
 * file systems without access lists.
 */
export async function restrictToUser(file: string): Promise<void> {
  if (process.platform !== 'win32') return;
  try {
    // By its number: a name may be that of another account, of this machine or of a domain.
    const [user] = /S-1-[0-9-]+/.exec(await run('whoami', '/user', '/fo', 'csv', '/nh')) ?? [];
    if (user !== undefined) await run('icacls', file, '/inheritance:r', '/grant:r', `*${user}:F`, `${system}:F`);
  } catch {
    // exFAT and most network drives keep no access lists.
  }
}
