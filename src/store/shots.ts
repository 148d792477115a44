/** @file The table of shots. */
import { z } from 'zod';
import { wireError } from '../protocol/message.js';
import { face, type ShotDescription, type ShotMetadata, shotDescription, shotMetadata } from '../protocol/shot.js';
import type { Database } from './database.js';

/** What looking at a shot brought: its size and face, or why it cannot be used. */
export const inspection = z.object({
  width: z.int().optional(),
  height: z.int().optional(),
  face: face.optional(),
  error: wireError.optional(),
});

export type Inspection = z.output<typeof inspection>;

const row = z.object({
  state: shotDescription.shape.state,
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
    receivedAt: found.received_at,
    url: `/files/shots/${found.metadata.id}`,
  };
}

const columns = 'state, received_at, metadata, inspection';

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

  /** Newest first. */
  ofCharacter(character: string, limit: number): ShotDescription[] {
    const sql = `SELECT ${columns} FROM shots WHERE character = ? ORDER BY ordinal DESC LIMIT ?`;
    return this.#database.all(row, sql, character, limit).map(describe);
  }

  /** The newest shot of each name, oldest first; at most ten thousand. */
  newestOfEachName(character: string): ShotDescription[] {
    const sql = `SELECT ${columns} FROM shots WHERE ordinal IN
      (SELECT max(ordinal) FROM shots WHERE character = ? AND state <> 'rejected' GROUP BY metadata ->> 'name') ORDER BY ordinal LIMIT 10000`;
    return this.#database.all(row, sql, character).map(describe);
  }

  /** Shots that nobody has looked at yet, oldest first. */
  uninspected(limit: number): ShotDescription[] {
    const sql = `SELECT ${columns} FROM shots WHERE state = 'stored' ORDER BY ordinal LIMIT ?`;
    return this.#database.all(row, sql, limit).map(describe);
  }

  /** Returns false when the shot was removed in the meantime. */
  inspected(id: string, result: Inspection): boolean {
    const state = result.error === undefined ? 'inspected' : 'rejected';
    const sql = 'UPDATE shots SET state = ?, inspection = ? WHERE id = ?';
    return this.#database.write(sql, state, JSON.stringify(result), id).changes > 0;
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
