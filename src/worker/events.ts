/**
 * @file The events that a child process sends to its parent: one JSON object per line on standard output.
 * The same for every child: the one that prepares a dataset, the native engine, the diffusers engine.
 * The parent writes the line `stop` to the child's standard input to stop it; the end of standard input
 * (the parent died) means the same.
 */

import { z } from 'zod';
import { errorReport } from '../errors/error-report.js';
import { datasetReport } from '../protocol/dataset-report.js';
import { framingCounts, lossChange } from '../protocol/job.js';

export const workerEvent = z.discriminatedUnion('type', [
  /** First event of an engine: what will be trained, and where. */
  z.object({
    type: z.literal('started'),
    device: z.string(),
    /** Parameters of the LoRA. */
    parameters: z.int(),
    resolution: z.int(),
    /** First step still to do; above 0 when resumed. */
    step: z.int(),
    steps: z.int(),
  }),
  /** Progress of anything countable that is not a training step. */
  z.object({
    type: z.literal('progress'),
    stage: z.enum(['faces', 'dataset', 'loading', 'encoding', 'preview', 'evaluation']),
    done: z.int(),
    total: z.int(),
  }),
  /** An image of the dataset cannot be used, and why; the work continues without it. */
  z.object({ type: z.literal('rejected'), file: z.string(), error: errorReport }),
  /** The dataset is written: how many images of each framing it has. */
  z.object({
    type: z.literal('prepared'),
    manifest: z.string(),
    picturesPerFraming: framingCounts,
    report: datasetReport.optional(),
  }),
  z.object({
    type: z.literal('step'),
    /** Steps done so far. */
    step: z.int(),
    steps: z.int(),
    loss: z.number(),
    gradientNorm: z.number(),
    learningRate: z.number(),
    stepsPerSecond: z.number(),
    etaSeconds: z.number(),
  }),
  z.object({ type: z.literal('checkpoint'), step: z.int(), folder: z.string() }),
  z.object({ type: z.literal('preview'), step: z.int(), file: z.string(), prompt: z.string(), seed: z.int() }),
  z.object({
    type: z.literal('finished'),
    /** Paths of what was written. */
    files: z.array(z.string()),
    /** Mean loss over fixed (picture, timestep, noise) triples before and after; absent for children that do not train. */
    loss: lossChange.optional(),
    /** How many training samples of each framing were drawn. */
    samplesPerFraming: framingCounts.optional(),
  }),
  /** Ended on request; `checkpoint` is the folder to resume from. */
  z.object({ type: z.literal('stopped'), step: z.int().optional(), checkpoint: z.string().optional() }),
  z.object({ type: z.literal('failed'), error: errorReport }),
]);

export type WorkerEvent = z.output<typeof workerEvent>;
