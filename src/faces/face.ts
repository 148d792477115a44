/** @file Where a picture's face is, and who says so. */
import { z } from 'zod';
import { rectangle } from './rectangle.js';

export const face = z.strictObject({
  /**
   * `editor`: the head as the editor projected it, hair included. `detector`: BlazeFace's box, brow to chin.
   * `silhouette`: a guess of the head from the outline of the alpha channel.
   */
  source: z.enum(['editor', 'detector', 'silhouette', 'none']),
  /** Absent when the source is `none`. In pixels of the picture. */
  rectangle: rectangle.optional(),
  /** 0..1: the editor's own (default 1), the detector's score, at most 0.4 for a silhouette, 0 for none. */
  confidence: z.number().min(0).max(1),
});

export type Face = z.output<typeof face>;
