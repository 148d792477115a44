/** @file A shot: one picture of a character, with all that the editor knows about it. */

import { z } from 'zod';
import { errorReport } from '../errors/error-report.js';
import { characterName, isoTime, newCharacterName, uuid } from './message.js';
import { limits } from './version.js';

const pixel = z.number().min(-100_000).max(100_000);

export const region = z
  .strictObject({
    x: pixel.describe('Left edge.'),
    y: pixel.describe('Upper edge.'),
    width: z.number().positive().max(100_000),
    height: z.number().positive().max(100_000),
    confidence: z.number().min(0).max(1).describe('How sure the editor is, 0 to 1.'),
  })
  .meta({ id: 'Region', description: 'A rectangle in pixels of the image; the origin is its upper left corner.' });

export type Region = z.output<typeof region>;

/** `hand` only where a hand fills the picture. */
export const framing = z.enum(['full', 'upper', 'face', 'hand']);

/** Named rectangles, each as `rectangle` says: 32 at most, their names without separators. */
export const regionsOf = <Rectangle extends z.ZodType>(rectangle: Rectangle) =>
  z
    .record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,31}$/), rectangle)
    .refine((regions) => Object.keys(regions).length <= 32, 'at most 32 regions')
    .meta({ maxProperties: 32 });

/** What may be known about a shot besides its pixels: from an editor, or from a file next to an image. */
export const shotFacts = {
  pose: z.string().max(200).optional().describe('Name of the pose, as it should read in a caption.'),
  yaw: z
    .number()
    .min(-360)
    .max(360)
    .optional()
    .describe('Degrees around the character; 0 is from the front, 90 from its left.'),
  pitch: z.number().min(-90).max(90).optional().describe('Degrees above the horizon that the camera stands.'),
  framing: framing.optional().describe('How much of the character the image shows.'),
  expression: z.string().max(200).optional().describe('Name of the facial expression, as it should read in a caption.'),
  caption: z.string().max(4000).optional().describe('Used as it stands instead of a caption made of the fields above.'),
  regions: regionsOf(region).optional().describe('Named parts of the character: `head`, `leftHand`, `rightHand` …'),
};

/** What a client sends with a shot. */
const sent = {
  id: uuid.describe('Chosen by the client; the same shot sent again has the same id.'),
  character: newCharacterName,
  name: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}/\\]+$/u)
    .describe(
      'Name of the shot within the character. A later shot of the same name takes the place of an earlier one.',
    ),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of the bytes, in lower-case hexadecimal.'),
  bytes: z.int().min(1).max(limits.shotBytes).describe('Length of the image file.'),
  ...shotFacts,
};

/** Metadata of a binary frame of kind `shot`. */
export const shotMetadata = z.strictObject(sent).meta({
  id: 'ShotMetadata',
  description: 'Metadata of a `shot` frame. The bytes after it are the image file (PNG, JPEG or WebP) as it is.',
});

export type ShotMetadata = z.output<typeof shotMetadata>;

export const face = z
  .object({
    x: z.number(),
    y: z.number(),
    width: z.number(),
    height: z.number(),
    source: z
      .enum(['region', 'detector', 'silhouette'])
      .describe('Source: the editor, the detector, or an estimate from the silhouette.'),
    confidence: z.number().min(0).max(1),
  })
  .meta({ id: 'Face', description: 'Where the head is, in pixels of the image.' });

export type Face = z.output<typeof face>;

/** What inspecting a shot found: its size and face, or why it cannot be used. */
export const inspection = z.object({
  width: z.int().optional().describe('Pixels, once inspected.'),
  height: z.int().optional().describe('Pixels, once inspected.'),
  face: face.optional(),
  error: errorReport.optional().describe('Why it was rejected.'),
});

export type Inspection = z.output<typeof inspection>;

export const shotDescription = z
  .object({
    ...sent,
    character: characterName,
    state: z
      .enum(['stored', 'inspected', 'rejected'])
      .describe('`stored`: safe on disk, not yet inspected. `rejected`: not an image that can be used.'),
    excluded: z.boolean().optional().describe('True if jobs skip the shot, unless they name it.'),
    receivedAt: isoTime,
    ...inspection.shape,
    url: z.string().describe('Path of the image on the daemon, for GET.'),
  })
  .meta({ id: 'ShotDescription', description: 'A shot as the daemon knows it.' });

export type ShotDescription = z.output<typeof shotDescription>;
