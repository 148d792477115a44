/** @file A shot: one picture of the character, with what is known about it. */
import { z } from 'zod';
import { framing, region } from '../protocol/shot.js';

/** Everything about a shot but its file: also the format of a sidecar (see folder.ts). */
export const shotFacts = z.strictObject({
  /** What the character does, as a word or as the name of an animation: `walk`, `walking`, `HumanoidRun`. */
  pose: z.string().max(200).optional(),
  /** Degrees of the camera's orbit: 0 sees the front, +90 comes from the character's left hand, 180 from behind. */
  yaw: z.number().optional(),
  /** Degrees above the horizon. */
  pitch: z.number().optional(),
  /** What the whole picture shows; without it, it is judged from the silhouette. */
  framing: framing.optional(),
  expression: z.string().max(200).optional(),
  /** `head`, `leftHand`, `rightHand` … in pixels of the picture as displayed (after EXIF rotation). */
  regions: z.record(z.string().max(64), region.partial({ confidence: true })).optional(),
  /** Used as it stands instead of a caption made of the fields above. */
  caption: z.string().max(4000).optional(),
});

export const shot = shotFacts.extend({
  /** Path of the picture. */
  file: z.string().min(1),
  /** Name for people and for the files made of it; names need not be unique. */
  name: z.string().min(1).max(200),
});

export type Framing = z.output<typeof framing>;
export type Regions = NonNullable<ShotFacts['regions']>;
export type ShotFacts = z.output<typeof shotFacts>;
export type Shot = z.output<typeof shot>;
