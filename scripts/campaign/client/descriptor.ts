/** @file How a client finds the daemon of a data folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Descriptor {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
}

export const descriptorFile = (home: string): string => join(home, 'daemon.json');

/** @throws when there is none */
export async function readDescriptor(home: string): Promise<Descriptor> {
  return JSON.parse(await readFile(descriptorFile(home), 'utf8')) as Descriptor;
}

/** GET of a path of the daemon. */
export async function httpGet({ url, token }: Descriptor, path: string): Promise<{ status: number; body: Buffer }> {
  const response = await fetch(new URL(path, url), {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(30_000),
  });
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
}
