/** @file The daemon: opens a data folder, listens on 127.0.0.1, serves clients until it is stopped. */
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { WebSocket } from 'ws';
import { engineProgram } from '../engines/program.js';
import { asLoraBridgeError, LoraBridgeError } from '../errors/lora-bridge-error.js';
import { Inspector } from '../jobs/inspector.js';
import { JobQueue } from '../jobs/job-queue.js';
import type { Log } from '../jobs/log.js';
import type { Descriptor } from '../protocol/descriptor.js';
import { packageVersion } from '../protocol/package-version.js';
import { limits, protocolVersion } from '../protocol/version.js';
import { readDescriptor, removeDescriptor, writeDescriptor } from '../store/descriptor-file.js';
import { createHome, type Home, homeAt } from '../store/home.js';
import { type Lock, takeLock } from '../store/lock.js';
import { openStore, type Store } from '../store/store.js';
import { nodeProgram } from '../worker/program.js';
import { watchIdleness } from './idle-exit.js';
import { openLog } from './log-file.js';
import { readList } from './long-list.js';
import type { Outbox } from './outbox.js';
import { listen, type Server } from './server.js';
import { Session, type SessionContext } from './session.js';

/** How long a daemon that is about to stop may keep the lock of its data folder. */
const lockSeconds = 30;

/** The newest jobs, in GET /status. */
const jobsInStatus = 1000;

const entry = (path: string): string => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));

/** Defaults of the options; times in seconds. */
const defaults = {
  /** Programs of the child processes. */
  datasetProgram: nodeProgram(entry('training/dataset-main.js')),
  engineProgram,
  inspectorEntry: entry('jobs/inspector-main.js'),
  /** Whether queued jobs are run. False for commands that only list or remove jobs. */
  runsJobs: true,
  /** How long a child process of a job may take to stop. */
  stopSeconds: 20,
  /** How long the inspection of one shot may take. */
  inspectionSeconds: 60,
  heartbeatSeconds: limits.heartbeatSeconds as number,
  silenceSeconds: limits.silenceSeconds as number,
  identifySeconds: limits.identifySeconds as number,
};

export interface DaemonOptions extends Partial<typeof defaults> {
  /** The data folder. Default: as the environment says. */
  readonly home?: string;
  /** Ends the daemon after this time without clients and jobs. Default: never. */
  readonly idleExitSeconds?: number;
}

export interface Daemon {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly home: Home;
  /** Whether a connected client has started or resumed a job that has not ended. */
  readonly hasAwaitedJobs: boolean;
  /** Ends it cleanly: a running job writes a checkpoint and is interrupted, clients are notified, child processes are ended. */
  stop(): Promise<void>;
  /** Resolves when the daemon has ended, for whatever reason. */
  readonly closed: Promise<void>;
}

/**
 * Takes the lock of the data folder.
 * @throws LoraBridgeError `state.daemon.running`, with the process that holds it
 */
async function lockHome(home: Home): Promise<Lock> {
  const deadline = performance.now() + lockSeconds * 1000;
  let other: Descriptor | undefined;
  for (;;) {
    const lock = takeLock(home.lock);
    if (lock !== undefined) return lock;
    other = await readDescriptor(home).catch(() => undefined);
    // Who holds the lock without a descriptor is about to stop, or has just been started.
    if (other !== undefined || performance.now() > deadline) break;
    await delay(100);
  }
  const who = other === undefined ? 'Another daemon' : `A daemon (process ${other.pid}, ${other.url})`;
  throw new LoraBridgeError('state.daemon.running', `${who} is already running for the data folder ${home.folder}.`, {
    file: home.folder,
    hint: 'Use that one, or stop it with `lora-bridge daemon stop`.',
  });
}

/**
 * Starts a daemon in this process. Its descriptor file is there when this returns.
 * @throws LoraBridgeError `state.daemon.running`, `state.database.newer`, `resource.*`, `input.file.denied`
 */
export async function startDaemon(options: DaemonOptions = {}): Promise<Daemon> {
  const home = homeAt(options.home);
  try {
    createHome(home);
    const lock = await lockHome(home);
    const store = await openStore(home).catch((error) => {
      lock.release();
      throw error;
    });
    const daemon = new RunningDaemon({ ...defaults, ...options }, home, store, lock);
    await daemon.open().catch(async (error) => {
      await daemon.stop();
      throw error;
    });
    return daemon;
  } catch (error) {
    throw asLoraBridgeError(error);
  }
}

class RunningDaemon implements Daemon {
  readonly home: Home;
  readonly closed: Promise<void>;
  readonly #options: typeof defaults & DaemonOptions;
  readonly #store: Store;
  readonly #lock: Lock;
  readonly #log: Log;
  readonly #instance = randomUUID();
  readonly #token = randomBytes(32).toString('base64url');
  readonly #queue: JobQueue;
  readonly #inspector: Inspector;
  readonly #sessions = new Set<Session>();
  #server: Server | undefined;
  #stopWatching: () => void = () => {};
  #stopping: Promise<void> | undefined;
  #settleClosed: () => void = () => {};

  constructor(options: typeof defaults & DaemonOptions, home: Home, store: Store, lock: Lock) {
    this.home = home;
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    this.#options = options;
    this.#store = store;
    this.#lock = lock;
    this.#log = openLog(home);
    const { datasetProgram, engineProgram, inspectorEntry, stopSeconds, inspectionSeconds, runsJobs } = options;
    this.#queue = new JobQueue({
      store,
      home,
      log: this.#log,
      datasetProgram,
      engineProgram,
      stopSeconds,
      runsJobs,
      listener: {
        progress: (message) => this.#toAll((outbox) => outbox.progress(message)),
        preview: (metadata, file) => this.#toAll((outbox) => outbox.preview(metadata, file)),
      },
    });
    this.#inspector = new Inspector({
      store,
      log: this.#log,
      entry: inspectorEntry,
      logFile: join(home.logs, 'inspector.log'),
      deadlineSeconds: inspectionSeconds,
      idleSeconds: 30,
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server?.port}`;
  }

  get hasAwaitedJobs(): boolean {
    const ids = [...this.#sessions].flatMap(({ jobs }) => [...jobs]);
    return ids.some((id) => this.#queue.isPending(id));
  }

  async open(): Promise<void> {
    const store = this.#store;
    store.database.onCommit(() => this.#toAll((outbox) => outbox.wake()));
    this.#server = await listen({
      store,
      token: this.#token,
      status: () => this.#status(),
      onConnection: (socket, identified) => this.#welcome(socket, identified),
    });
    this.#queue.open();
    this.#inspector.wake();
    store.intake.sweep(this.#log).catch((error) => this.#log.error('Images without shots could not be deleted', error));
    await writeDescriptor(this.home, {
      url: this.url,
      token: this.#token,
      pid: process.pid,
      instance: this.#instance,
      protocol: protocolVersion,
    });
    this.#log.info(`Version ${packageVersion}, process ${process.pid}, listening at ${this.url}`);
    const { idleExitSeconds } = this.#options;
    if (idleExitSeconds !== undefined) {
      const isBusy = (): boolean => this.#sessions.size > 0 || this.#queue.busy || this.#inspector.busy;
      this.#stopWatching = watchIdleness(idleExitSeconds, isBusy, () => void this.stop());
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end().finally(this.#settleClosed);
    return this.#stopping;
  }

  #welcome(socket: WebSocket, identified: () => void): void {
    const daemon = this;
    const context: SessionContext = {
      home: this.home,
      store: this.#store,
      queue: this.#queue,
      inspector: this.#inspector,
      log: this.#log,
      serverVersion: packageVersion,
      instance: this.#instance,
      times: this.#options,
      get stopping(): boolean {
        return daemon.#stopping !== undefined;
      },
      identified,
      stop: () => void this.stop(),
    };
    const session = new Session(socket, context);
    this.#sessions.add(session);
    socket.once('close', () => this.#sessions.delete(session));
    if (context.stopping) session.close('shutdown');
  }

  #toAll(send: (outbox: Outbox) => void): void {
    for (const { outbox } of this.#sessions) send(outbox);
  }

  async #status(): Promise<object> {
    const { items: jobs } = await readList((limit, before) => this.#queue.list(limit, before), jobsInStatus);
    return {
      protocol: protocolVersion,
      server: packageVersion,
      instance: this.#instance,
      epoch: this.#store.epoch,
      pid: process.pid,
      clients: this.#sessions.size,
      characters: this.#store.shots.characters(),
      jobs,
    };
  }

  /** Every step is taken, whatever fails: no child may outlive the daemon, and nothing keep its lock. */
  async #end(): Promise<void> {
    this.#log.info('Stopping');
    const { database, intake } = this.#store;
    await this.#attempt('stop watching for idleness', () => this.#stopWatching());
    await this.#attempt('remove the descriptor', () => removeDescriptor(this.home, this.#instance));
    await Promise.all([
      this.#attempt('interrupt the running job', () => this.#queue.close()),
      this.#attempt('end the inspector', () => this.#inspector.close()),
      this.#attempt('store the shots that have arrived', () => intake.settled()),
    ]);
    await this.#attempt('send what clients have not received', () => this.#flush());
    await this.#attempt('close the connections', () => this.#closeSessions());
    await this.#attempt('close the server', () => this.#server?.close());
    await this.#attempt('store the shots that arrived last', () => intake.settled());
    await this.#attempt('close the database', () => database.close());
    await this.#attempt('release the lock', () => this.#lock.release());
    this.#log.info('Stopped');
  }

  async #attempt(what: string, step: () => unknown): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#log.error(`Stopping: could not ${what}`, error);
    }
  }

  /** A client that does not read must not delay the end; it receives its events when it reconnects. */
  async #flush(): Promise<void> {
    await Promise.race([Promise.all([...this.#sessions].map(({ outbox }) => outbox.flushed())), delay(1000)]);
  }

  async #closeSessions(): Promise<void> {
    for (const session of this.#sessions) session.close('shutdown');
    for (let waits = 0; this.#sessions.size > 0 && waits < 20; waits++) await delay(50);
  }
}
