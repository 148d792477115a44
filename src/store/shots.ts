/** @file The table of shots. */

import { z } from 'zod';
import {
  type Inspection,
  inspection,
  type Region,
  type ShotDescription,
  type ShotMetadata,
  shotDescription,
  shotMetadata,
} from '../protocol/shot.js';
import type { Database } from './database.js';
import { newest, ordinal, type Part, type Position, partOf } from './part.js';

const row = z.object({
  state: shotDescription.shape.state,
  excluded: z.int(),
  received_at: z.string(),
  metadata: z.string().transform((text) => shotMetadata.parse(JSON.parse(text))),
  inspection: z
    .string()
    .nullable()
    .transform((text) => (text === null ? {} : inspection.parse(JSON.parse(text)))),
});

function describe(found: z.output<typeof row>): ShotDescription {
  return {
    ...found.metadata,
    ...found.inspection,
    state: found.state,
    ...(found.excluded === 0 ? {} : { excluded: true }),
    receivedAt: found.received_at,
    url: `/files/shots/${found.metadata.id}`,
  };
}

const columns = 'state, excluded, received_at, metadata, inspection';

/** What can be corrected about a shot; absent fields stay as they are. */
export interface ShotChange {
  readonly excluded?: boolean | undefined;
  /** Empty to delete it. */
  readonly caption?: string | undefined;
  readonly head?: Region | undefined;
}

export class Shots {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add(metadata: ShotMetadata): void {
    this.#database.write(
      `INSERT INTO shots (id, character, sha256, state, received_at, metadata) VALUES (?, ?, ?, 'stored', ?, ?)`,
      metadata.id,
      metadata.character,
      metadata.sha256,
      new Date().toISOString(),
      JSON.stringify(metadata),
    );
  }

  get(id: string): ShotDescription | undefined {
    const found = this.#database.first(row, `SELECT ${columns} FROM shots WHERE id = ?`, id);
    return found && describe(found);
  }

  /** A part of a character's shots, newest first: those older than the one at which the part before ended. */
  ofCharacter(character: string, limit: number, before: Position = newest): Part<ShotDescription> {
    const sql = `SELECT ordinal, ${columns} FROM shots WHERE character = ? AND ordinal < ? ORDER BY ordinal DESC LIMIT ?`;
    return partOf(this.#database.all(row.extend(ordinal), sql, character, before, limit), limit, describe);
  }

  /** The newest shot of each name, oldest first; at most ten thousand. */
  newestOfEachName(character: string): ShotDescription[] {
    const sql = `SELECT ${columns} FROM shots WHERE ordinal IN
      (SELECT max(ordinal) FROM shots WHERE character = ? AND state <> 'rejected' GROUP BY metadata ->> 'name') ORDER BY ordinal LIMIT 10000`;
    return this.#database.all(row, sql, character).map(describe);
  }

  /** Shots that have not been inspected, oldest first. */
  uninspected(limit: number): ShotDescription[] {
    const sql = `SELECT ${columns} FROM shots WHERE state = 'stored' ORDER BY ordinal LIMIT ?`;
    return this.#database.all(row, sql, limit).map(describe);
  }

  /** Stores the result of an inspection. Returns what was stored; undefined when the shot was removed meanwhile. */
  inspected(id: string, result: Inspection): Inspection | undefined {
    const shot = this.get(id);
    if (shot === undefined) return undefined;
    const state = result.error === undefined ? 'inspected' : 'rejected';
    // A user may have drawn the head during the inspection.
    const head = shot.regions?.head;
    const isDrawn = head?.confidence === 1 && result.error === undefined;
    const kept = isDrawn ? { ...result, face: { ...head, source: 'region' as const } } : result;
    this.#database.write('UPDATE shots SET state = ?, inspection = ? WHERE id = ?', state, JSON.stringify(kept), id);
    return kept;
  }

  /** Forgets what an inspection found, so that there is another one. */
  inspectAgain(id: string): void {
    this.#database.write("UPDATE shots SET state = 'stored', inspection = NULL WHERE id = ?", id);
  }

  /**
   * Corrects a shot and returns it; undefined when there is no such shot. A head drawn by a user takes precedence over a detected
   * one, so it becomes the face at once.
   */
  change(id: string, change: ShotChange): ShotDescription | undefined {
    const found = this.#database.first(row, `SELECT ${columns} FROM shots WHERE id = ?`, id);
    if (found === undefined) return undefined;
    const { caption: before, ...facts } = found.metadata;
    const caption = change.caption ?? before;
    const { head } = change;
    const metadata: ShotMetadata = {
      ...facts,
      ...(caption === undefined || caption === '' ? {} : { caption }),
      ...(head === undefined ? {} : { regions: { ...facts.regions, head } }),
    };
    const face = head === undefined ? found.inspection.face : { ...head, source: 'region' as const };
    this.#database.write(
      'UPDATE shots SET metadata = ?, inspection = ?, excluded = ? WHERE id = ?',
      JSON.stringify(metadata),
      found.state === 'inspected' ? JSON.stringify({ ...found.inspection, ...(face && { face }) }) : null,
      Number(change.excluded ?? found.excluded !== 0),
      id,
    );
    return this.get(id);
  }

  remove(id: string): void {
    this.#database.write('DELETE FROM shots WHERE id = ?', id);
  }

  /** Whether any shot has these bytes. */
  uses(sha256: string): boolean {
    const found = this.#database.first(z.object({ n: z.int() }), 'SELECT 1 AS n FROM shots WHERE sha256 = ?', sha256);
    return found !== undefined;
  }

  characters(): { name: string; shots: number; newest: string }[] {
    return this.#database.all(
      z.object({ name: z.string(), shots: z.int(), newest: z.string() }),
      'SELECT character AS name, count(*) AS shots, max(received_at) AS newest FROM shots GROUP BY character ORDER BY newest DESC',
    );
  }
}
