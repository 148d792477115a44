/** @file The report on a dataset: what was found, what is used, and what deserves a look before it is trained on. */
import { z } from 'zod';

/** The kinds of notes of this version; of each there is at most one note in a report. */
const datasetNoteKinds = [
  'rejected',
  'ignored',
  'duplicate',
  'caption-encoding',
  'caption-unreadable',
  'caption-lines',
  'caption-length',
  'caption-framing',
  'caption-missing',
  'caption-trigger',
  'no-face',
  'small',
  'cropped',
  'padded',
  'see-through',
  'specks',
  'animation',
] as const;

const counts = z.record(z.string(), z.int());

export const datasetNote = z
  .strictObject({
    kind: z
      .string()
      .describe(
        `What it is about: ${datasetNoteKinds.map((kind) => `\`${kind}\``).join(', ')}. Later versions may have others.`,
      ),
    message: z.string().describe('One or two sentences for people.'),
    count: z.int().describe('How many files it is about.'),
    files: z
      .array(z.string())
      .max(20)
      .describe('The first of them, each with details in parentheses where there are any.'),
  })
  .meta({ id: 'DatasetNote', description: 'Something about a dataset that deserves a look.' });

export const captionCounts = z
  .strictObject({
    files: z.int().describe('Images with a caption file.'),
    facts: z.int().describe('Images whose caption an editor, captures.json or a .shot.json gives.'),
    generated: z.int().describe('Images whose caption is built from the prompt and what is known about them.'),
    encodings: counts.describe('Caption files by encoding, such as `utf-8` or `shift_jis`.'),
  })
  .meta({ id: 'CaptionCounts', description: 'Where the captions of a dataset come from.' });

export const datasetReport = z
  .strictObject({
    images: z.int().describe('Images that are used.'),
    formats: counts.describe('Those images by format, such as `png`.'),
    captions: captionCounts,
    framings: counts.describe('Training images by framing.'),
    faces: counts.describe('Images by the source of the face: `region`, `detector`, `silhouette` or `none`.'),
    visits: z.number().optional().describe('How often the training sees each training image on average.'),
    notes: z.array(datasetNote),
  })
  .meta({ id: 'DatasetReport', description: 'What a dataset holds, and what deserves a look before training on it.' });

export type DatasetNoteKind = (typeof datasetNoteKinds)[number];
export type DatasetNote = z.output<typeof datasetNote>;
export type DatasetReport = z.output<typeof datasetReport>;
