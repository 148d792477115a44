/** @file What the daemon's tests share: a daemon on a temporary data folder, with fakes for its children. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type ClientOptions, DaemonClient } from '../../src/client/daemon-client.js';
import { type Daemon, type DaemonOptions, startDaemon } from '../../src/daemon/daemon.js';
import type { DurableEvent } from '../../src/protocol/events.js';
import type { TrainOptionsInput } from '../../src/protocol/train-options.js';
import { fakes } from './fakes.js';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** A daemon that is stopped after the test. */
export async function startTestDaemon(options: DaemonOptions = {}): Promise<Daemon> {
  const daemon = await startDaemon({ home: temporaryFolder(), ...fakes, ...options });
  onTestFinished(() => daemon.stop());
  return daemon;
}

export type TestClient = DaemonClient & { readonly seen: DurableEvent[] };

/** A client that keeps all events it has seen, closed after the test. */
export async function connect(home: string, options: Partial<ClientOptions> = {}): Promise<TestClient> {
  const client = await DaemonClient.connect({ home, name: 'test', ...options });
  const seen: DurableEvent[] = [];
  client.on('event', (event) => seen.push(event));
  onTestFinished(() => client.close());
  return Object.assign(client, { seen });
}

/** The first event, past or to come, of a type that `matches`. */
export async function eventOf<Type extends DurableEvent['type']>(
  client: TestClient,
  type: Type,
  matches: (event: Extract<DurableEvent, { type: Type }>) => boolean = () => true,
): Promise<Extract<DurableEvent, { type: Type }>> {
  const isWanted = (event: DurableEvent): event is Extract<DurableEvent, { type: Type }> =>
    event.type === type && matches(event as Extract<DurableEvent, { type: Type }>);
  for (;;) {
    const found = client.seen.find(isWanted);
    if (found !== undefined) return found;
    await once(client, 'event');
  }
}

export const shotNamed = (name: string, id: string = randomUUID()) => ({ id, character: 'Godette', name });

export const someBytes = (length = 1000): Buffer => randomBytes(length);

export const someOptions = (options: TrainOptionsInput = {}): TrainOptionsInput => ({
  steps: 10,
  checkpointEvery: 5,
  previewEvery: 5,
  ...options,
});

export interface OwnProcess {
  readonly child: ChildProcess;
  /** Settles with what it was ended by. */
  readonly exited: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
}

/** A daemon in a process of its own, ready for clients; killed after the test. */
export async function startOwnProcess(home: string, idleExitSeconds = 0): Promise<OwnProcess> {
  const script = fileURLToPath(new URL('stand-alone.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, home, String(idleExitSeconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  onTestFinished(() => void child.kill('SIGKILL'));
  await Promise.race([once(child.stdout, 'data'), exited.then(() => Promise.reject(new Error('It did not start.')))]);
  return { child, exited };
}
