/** @file What the child process that inspects shots is given; it answers with an `Inspection`. */
import { z } from 'zod';
import { shotMetadata } from '../protocol/shot.js';

export const inspectionRequest = z.strictObject({
  file: z.string(),
  ...shotMetadata.pick({ regions: true, yaw: true }).shape,
});

export type InspectionRequest = z.output<typeof inspectionRequest>;
