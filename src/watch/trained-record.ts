/** @file `.lora-bridge.json` in a watched character's folder: what its LoRA was last trained on. It is moved with the folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../files/atomic.js';

const trainedRecord = z.object({
  /** Fingerprint of the images and their facts (fingerprint.ts). */
  fingerprint: z.string(),
});

const fileName = '.lora-bridge.json';

/** The fingerprint that was last trained; undefined if there is no readable record. */
export async function readTrained(folder: string): Promise<string | undefined> {
  try {
    return trainedRecord.parse(JSON.parse(await readFile(join(folder, fileName), 'utf8'))).fingerprint;
  } catch {
    // Without a readable record the character is trained once more, which is the safe choice.
    return undefined;
  }
}

/** Call it when a character's LoRA is finished, with the fingerprint of `ready`. */
export async function writeTrained(folder: string, fingerprint: string): Promise<void> {
  await writeAtomically(join(folder, fileName), `${JSON.stringify({ fingerprint })}\n`);
}
