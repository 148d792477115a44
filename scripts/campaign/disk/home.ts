/** @file A data folder with shots that were acknowledged, to be damaged; and what a daemon on it still promises. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '../client/client.js';
import { httpGet, readDescriptor } from '../client/descriptor.js';
import { Refused } from '../client/messages.js';
import { findLost } from '../kills/audit.js';
import { DaemonProcess, StartRefused } from '../product/daemon.js';
import { within } from '../product/wait.js';
import type { Round } from '../scenario.js';
import { makeShots, type Shot } from '../workload/shot.js';

/** Starts a daemon that the round ends. */
export async function startDaemon(round: Round<never>, home: string): Promise<DaemonProcess> {
  const daemon = await DaemonProcess.start(home);
  round.onEnd(() => daemon.kill('SIGKILL'));
  return daemon;
}

/** Sends shots; those that were acknowledged, and the codes of those that were not. */
export async function send(client: Client, shots: readonly Shot[]): Promise<{ stored: Shot[]; codes: string[] }> {
  const stored: Shot[] = [];
  const codes: string[] = [];
  await Promise.all(
    shots.map(async (shot) => {
      try {
        await within(30, 'The answer to a shot', client.sendShot(shot));
        stored.push(shot);
      } catch (error) {
        codes.push(error instanceof Refused ? error.code : 'connection');
      }
    }),
  );
  return { stored, codes };
}

/** Makes a data folder with acknowledged shots, and stops its daemon. */
export async function makeHome(round: Round<never>, count = 10): Promise<{ home: string; shots: Shot[] }> {
  const home = join(round.folder, 'home');
  const daemon = await startDaemon(round, home);
  const client = await Client.connect(home);
  const { stored } = await send(client, await makeShots(round.random, 'figure', count));
  client.close();
  await daemon.stop();
  return { home, shots: stored };
}

export interface Reopened {
  /** What the daemon said instead of starting. */
  readonly refusal?: string;
  /** Acknowledged shots that it does not have, or that cannot be asked for. */
  readonly lost: readonly string[];
  /** Whether GET /status was whole, or an error that says so. */
  readonly isStatusWhole: boolean;
}

/**
 * Starts a daemon on a damaged folder, sends it more shots, starts it once more, and looks for all that was acknowledged.
 */
export async function reopen(round: Round<never>, home: string, shots: readonly Shot[]): Promise<Reopened> {
  try {
    const daemon = await startDaemon(round, home);
    const client = await Client.connect(home);
    const { stored } = await send(client, await makeShots(round.random, 'figure', 5));
    const { status, body } = await httpGet(await readDescriptor(home), '/status').catch(() => ({
      status: 0,
      body: Buffer.alloc(0),
    }));
    const isStatusWhole = status >= 400 || (status === 200 && isJson(body));
    client.close();
    await daemon.stop();
    const next = await startDaemon(round, home);
    const again = await Client.connect(home);
    const lost = await findLost(again, home, [...shots, ...stored]).catch((error) => [String(error)]);
    again.close();
    await next.stop();
    return { lost, isStatusWhole };
  } catch (error) {
    if (error instanceof StartRefused)
      return { refusal: `${error.end.stdout}${error.end.stderr}`, lost: [], isStatusWhole: true };
    throw error;
  }
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** A refusal to start that helps: an error with a code that is no fault of the program, and a hint; no stack trace. */
export function isHelpful(refusal: string): boolean {
  try {
    const { error } = JSON.parse(refusal.trim()) as { error: { code: string; hint?: string } };
    return !error.code.startsWith('internal') && (error.hint ?? '') !== '';
  } catch {
    return false;
  }
}

/** Files below a folder whose name contains this. */
export async function filesNamed(folder: string, part: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.includes(part))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Files below a folder that hold exactly these bytes. */
export async function filesWith(folder: string, bytes: Buffer): Promise<string[]> {
  const found: string[] = [];
  for (const file of await filesNamed(folder, '')) if ((await readFile(file)).equals(bytes)) found.push(file);
  return found;
}
