/** @file A shot: one image of the character, with the known facts about it. */
import { z } from 'zod';
import { face, shotFacts as facts, type framing, region, regionsOf } from '../protocol/shot.js';

/** The format of a file next to an image (see folder.ts): a person need not say how sure they are of a region. */
export const shotFacts = z.strictObject({
  ...facts,
  /** In pixels of the image as displayed, after EXIF rotation. */
  regions: regionsOf(region.partial({ confidence: true })).optional(),
});

export const shot = shotFacts.extend({
  /** Path of the image. */
  file: z.string().min(1),
  /** Name for people and for the files made of it; names need not be unique. */
  name: z.string().min(1).max(200),
  /** The face that was found earlier; null where none was found. Absent if none has been searched for. */
  face: face.nullable().optional(),
});

export type Framing = z.output<typeof framing>;
export type Regions = NonNullable<ShotFacts['regions']>;
export type ShotFacts = z.output<typeof shotFacts>;
export type Shot = z.output<typeof shot>;
