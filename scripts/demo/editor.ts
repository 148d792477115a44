/** @file Simulates the Unity editor: streams the captures of a character to the daemon over the real protocol. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { z } from 'zod';
import type { DaemonClient } from '../../src/client/daemon-client.js';
import type { DurableEvent } from '../../src/protocol/events.js';

const captures = z.object({
  character: z.string(),
  captures: z.array(
    z.object({
      file: z.string(),
      pose: z.string(),
      framing: z.enum(['full', 'upper', 'face']),
      yaw: z.number(),
      head: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
    }),
  ),
});

export interface Captures {
  readonly character: string;
  /** Paths of the pictures. */
  readonly files: readonly string[];
}

/** Names of the captures in a folder that has a `captures.json`. */
export async function listCaptures(folder: string): Promise<Captures> {
  const { character, captures: list } = await readCaptures(folder);
  return { character, files: list.map(({ file }) => join(folder, file)) };
}

export interface EditorProgress {
  readonly uploaded: (done: number, total: number) => void;
  /** The daemon has decoded a shot and found the face, and from which source. */
  readonly inspected: (done: number, total: number, face: string) => void;
}

async function readCaptures(folder: string): Promise<z.output<typeof captures>> {
  return captures.parse(JSON.parse(await readFile(join(folder, 'captures.json'), 'utf8')));
}

/**
 * Uploads all captures in a folder and waits until the daemon has looked at each.
 * @returns the character's name
 */
export async function streamCaptures(client: DaemonClient, folder: string, progress: EditorProgress): Promise<string> {
  const { character, captures: list } = await readCaptures(folder);
  const ids: string[] = list.map(() => randomUUID());
  const waiting = new Set(ids);
  let finish = (): void => {};
  const inspected = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const onEvent = (event: DurableEvent): void => {
    if (event.type !== 'shot.inspected' && event.type !== 'shot.rejected') return;
    if (!waiting.delete(event.shot)) return;
    const face = event.type === 'shot.inspected' ? (event.face?.source ?? 'none') : event.error.message;
    progress.inspected(list.length - waiting.size, list.length, face);
    if (waiting.size === 0) finish();
  };
  client.on('event', onEvent);
  let uploaded = 0;
  await Promise.all(
    list.map(async ({ file, pose, framing, yaw, head }, index) => {
      const regions = { head: { ...head, confidence: 1 } };
      const name = basename(file, extname(file));
      const metadata = { id: ids[index] ?? '', character, name, pose, framing, yaw, pitch: 0, regions };
      await client.upload(metadata, await readFile(join(folder, file)));
      progress.uploaded(++uploaded, list.length);
    }),
  );
  await inspected;
  client.off('event', onEvent);
  return character;
}
