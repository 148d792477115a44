/** @file What the Python side of the engine asks of its companion. Numbers travel as float32, little-endian, behind the line. */
import { z } from 'zod';

/** Python's spelling of a number that JSON may not have. */
const float = z.string().transform((text) => {
  if (text === 'nan') return Number.NaN;
  if (text === 'inf' || text === '-inf') return text === 'inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return Number(text);
});

const step = z.int().min(0);

export const companionRequest = z.discriminatedUnion('do', [
  /** Checks the job and opens dataset, base model and checkpoint. */
  z.strictObject({ do: z.literal('open') }),
  /** The LoRA to begin with; after it, where a run goes on, both moments of the optimizer. */
  z.strictObject({
    do: z.literal('weights'),
    /** Modules that get a LoRA, by their paths: width of input and output. */
    modules: z.record(z.string(), z.tuple([z.int().positive(), z.int().positive()])),
  }),
  /** The samples of one process at a step, counted from 0. */
  z.strictObject({ do: z.literal('samples'), step }),
  /** One variant of a picture: pixels [3, resolution, resolution] and mask [resolution, resolution]. */
  z.strictObject({ do: z.literal('variant'), picture: z.int().min(0), variant: z.int().min(0) }),
  /** A step was done: writes its metrics and gives the event that tells of it. */
  z.strictObject({ do: z.literal('step'), step, loss: float, gradientNorm: float }),
  /** Writes a checkpoint of the LoRA and both moments that follow. */
  z.strictObject({ do: z.literal('checkpoint'), step, bytes: z.int().positive() }),
  /** Writes a sheet of the pictures that follow, 8 bits a channel. */
  z.strictObject({
    do: z.literal('preview'),
    step,
    edge: z.int().positive(),
    bytes: z.int().positive(),
  }),
  /** Writes the LoRA that follows in both formats. */
  z.strictObject({ do: z.literal('finish'), bytes: z.int().positive() }),
]);

export type CompanionRequest = z.output<typeof companionRequest>;

/** How many bytes follow a request. */
export const bytesAfter = (request: CompanionRequest): number => ('bytes' in request ? request.bytes : 0);

/** What is answered: an object, and numbers behind it. */
export interface CompanionAnswer {
  readonly answer: object;
  readonly numbers?: readonly Float32Array[];
}
