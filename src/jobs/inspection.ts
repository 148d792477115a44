/** @file What the child that looks at shots is asked and what it answers. */
import { z } from 'zod';
import { shotMetadata } from '../protocol/shot.js';
import { inspection } from '../store/shots.js';

export const inspectionRequest = z.strictObject({
  file: z.string(),
  ...shotMetadata.pick({ regions: true, yaw: true }).shape,
});

export type InspectionRequest = z.output<typeof inspectionRequest>;

export const inspectionReply = inspection;

export type InspectionReply = z.output<typeof inspectionReply>;
