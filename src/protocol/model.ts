/** @file A base model as the daemon describes it to clients that offer a choice. */

import { z } from 'zod';
import { errorReport } from '../errors/error-report.js';

export const modelDescription = z
  .object({
    base: z.string().describe('Value for the option `base`.'),
    title: z.string().optional().describe('Name of its family, for people.'),
    resolution: z.int().optional().describe('Edge of the images that it was made for, in pixels.'),
    engines: z.array(z.string()).optional().describe('Which engines train it.'),
    error: errorReport.optional().describe('Why it cannot be used.'),
  })
  .meta({ id: 'ModelDescription', description: 'A base model.' });

export type ModelDescription = z.output<typeof modelDescription>;
