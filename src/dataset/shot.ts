/** @file A shot: one picture of the character, with what is known about it. */
import { z } from 'zod';
import { rectangle } from '../faces/rectangle.js';

/** A named part of the character; `confidence` is the sender's own, 0..1. */
export const region = rectangle.extend({ confidence: z.number().min(0).max(1).optional() });

export const framing = z.enum(['full', 'upper', 'face', 'hand']);

/** Everything about a shot but its file: also the format of a sidecar (see folder.ts). */
export const shotMetadata = z.strictObject({
  /** What the character does, as a word or as the name of an animation: `walk`, `walking`, `HumanoidRun`. */
  pose: z.string().max(200).optional(),
  /**
   * Degrees of the camera's orbit around the character. Yaw 0 sees the front, +90 comes from the character's left hand,
   * 180 from behind; positive pitch comes from above.
   */
  angle: z.strictObject({ yaw: z.number(), pitch: z.number().default(0) }).optional(),
  /** What the whole picture shows; without it, it is judged from the silhouette. */
  framing: framing.optional(),
  expression: z.string().max(200).optional(),
  /** `head`, `leftHand`, `rightHand` … in pixels of the picture as displayed (after EXIF rotation). */
  regions: z.record(z.string().max(64), region).optional(),
  /** Used as it stands instead of a caption made of the fields above. */
  caption: z.string().max(4000).optional(),
});

export const shot = shotMetadata.extend({
  /** Path of the picture. */
  file: z.string().min(1),
  /** Name for people and for the files made of it; unique names are not required. */
  name: z.string().min(1).max(200),
});

export type Framing = z.output<typeof framing>;
export type Region = z.output<typeof region>;
export type ShotMetadata = z.output<typeof shotMetadata>;
export type Shot = z.output<typeof shot>;
export type ShotInput = z.input<typeof shot>;
