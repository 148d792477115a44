/**
 * @file Stores shots: one is acknowledged only once its hash matched, its bytes are durable and its row is committed.
 * The bytes of several shots are made durable concurrently; the rows of all that are ready go into one transaction.
 */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { ShotDescription, ShotMetadata } from '../protocol/shot.js';
import type { Database } from './database.js';
import type { Pictures } from './pictures.js';
import type { Shots } from './shots.js';

export type IntakeStatus = 'stored' | 'duplicate';

interface Ready {
  readonly metadata: ShotMetadata;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A commit blocks everything else for an fsync: shots that arrive in a stream share one. */
const gatherMilliseconds = 10;

/** About half a millisecond of hashing. */
const sliceBytes = 1 << 20;

/** Images that one crash can leave without a row, and some more that could not be deleted. */
const mostOrphans = 1000;

const conflict = ({ id, name }: ShotMetadata) =>
  new LoraBridgeError(
    'input.shot.conflict',
    `The shot ${name} has the id ${id}, which another shot with different bytes already has.`,
    {
      hint: 'Give every shot a unique id.',
    },
  );

/**
 * Hashes in slices and yields to the event loop between them. Another thread would need a copy of the bytes made on this one,
 * which takes longer than hashing them.
 */
async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let offset = 0; offset < bytes.length; offset += sliceBytes) {
    if (offset > 0) await nextTurn();
    hash.update(bytes.subarray(offset, offset + sliceBytes));
  }
  return hash.digest('hex');
}

/** @throws LoraBridgeError `input.shot.mismatch` when the bytes are not those that the metadata announces */
async function requireAnnounced(metadata: ShotMetadata, bytes: Uint8Array): Promise<void> {
  if (bytes.length === metadata.bytes && (await sha256(bytes)) === metadata.sha256) return;
  throw new LoraBridgeError(
    'input.shot.mismatch',
    `The ${bytes.length} bytes received for the shot ${metadata.name} are not those that its metadata announces.`,
    { hint: 'Send the shot again.' },
  );
}

export class ShotIntake {
  readonly #database: Database;
  readonly #shots: Shots;
  readonly #pictures: Pictures;
  /** Shots between arrival and commit, by id. */
  readonly #arriving = new Map<string, { sha256: string; stored: Promise<void> }>();
  #ready: Ready[] = [];
  #gathering: NodeJS.Timeout | undefined;

  constructor(database: Database, shots: Shots, pictures: Pictures) {
    this.#database = database;
    this.#shots = shots;
    this.#pictures = pictures;
  }

  /**
   * Stores a shot. Throws `input.shot.mismatch` when the bytes are not those announced, `input.shot.conflict` when the id is
   * taken by other bytes, `resource.disk.full`.
   */
  async add(metadata: ShotMetadata, bytes: Uint8Array): Promise<IntakeStatus> {
    const known = this.#shots.get(metadata.id);
    if (known !== undefined) {
      if (known.sha256 !== metadata.sha256) throw conflict(metadata);
      await this.#heal(known, metadata, bytes);
      return 'duplicate';
    }
    const twin = this.#arriving.get(metadata.id);
    if (twin !== undefined) {
      if (twin.sha256 !== metadata.sha256) throw conflict(metadata);
      await twin.stored;
      return 'duplicate';
    }
    const stored = this.#store(metadata, bytes);
    this.#arriving.set(metadata.id, { sha256: metadata.sha256, stored });
    try {
      await stored;
    } finally {
      this.#arriving.delete(metadata.id);
    }
    return 'stored';
  }

  /** A shot that is sent again replaces its image where that is lost or damaged; one that was rejected is inspected again. */
  async #heal({ id, state, sha256 }: ShotDescription, metadata: ShotMetadata, bytes: Uint8Array): Promise<void> {
    const isIntact = await this.#pictures.isIntact(sha256);
    if (isIntact && state !== 'rejected') return;
    await requireAnnounced(metadata, bytes);
    if (!isIntact) await this.#pictures.put(sha256, bytes);
    this.#database.transaction(() => this.#shots.inspectAgain(id));
  }

  async #store(metadata: ShotMetadata, bytes: Uint8Array): Promise<void> {
    await requireAnnounced(metadata, bytes);
    await this.#pictures.put(metadata.sha256, bytes);
    await new Promise<void>((resolve, reject) => {
      this.#ready.push({ metadata, resolve, reject });
      this.#commitSoon();
    });
  }

  /** At once when no other shot is being written; else together with those that are ready soon. */
  #commitSoon(): void {
    if (this.#ready.length === this.#arriving.size) this.#commit();
    else this.#gathering ??= setTimeout(() => this.#commit(), gatherMilliseconds);
  }

  #commit(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const batch = this.#ready;
    this.#ready = [];
    try {
      this.#database.transaction(() => {
        for (const { metadata } of batch) this.#shots.add(metadata);
      });
      for (const { resolve } of batch) resolve();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** Whether shots are arriving. */
  get busy(): boolean {
    return this.#arriving.size > 0;
  }

  /** Resolves when every shot that has arrived is stored or refused. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#arriving.values()].map(({ stored }) => stored));
  }

  /**
   * Deletes images that belong to no shot: what a crash left between an image and its row, or what could not be deleted with its
   * shot. More of them than any crash leaves mean that the database is not the one of these images: then none is deleted.
   */
  async sweep(log: { warn(message: string): void }): Promise<void> {
    const orphans: string[] = [];
    for (const [index, sha256] of (await this.#pictures.list()).entries()) {
      if (index % 100 === 0) await nextTurn();
      if (!this.#shots.uses(sha256)) orphans.push(sha256);
    }
    if (orphans.length > mostOrphans) {
      log.warn(`${orphans.length} images belong to no shot of this database. They are kept.`);
      return;
    }
    for (const sha256 of orphans) this.discard(sha256);
  }

  /** Deletes the bytes of a removed shot, unless another shot, stored or arriving, has the same bytes. */
  discard(sha256: string): void {
    const arriving = [...this.#arriving.values()].some((shot) => shot.sha256 === sha256);
    if (!arriving && !this.#shots.uses(sha256)) this.#pictures.remove(sha256);
  }
}
