/** @file The numbers of diffusers, transformers, PEFT and torch, as the test suite has them, computed on the device. */
import { z } from 'zod';
import { type Check, failed, nodeArguments } from '../check.js';
import { runMeasured } from '../measured.js';
import { allVariants } from '../variants.js';

const comparison = z.object({
  what: z.string(),
  kind: z.enum(['output', 'gradient', 'training', 'picture']),
  error: z.number(),
  detail: z.string().optional(),
});
type Tolerances = Readonly<Record<z.output<typeof comparison>['kind'], number>>;

/** In float32 on a CPU a tenth of the first holds; a GPU's convolutions add up in other orders. */
const single: Tolerances = { output: 1e-3, gradient: 1e-3, training: 1e-3, picture: 2 / 255 };
/**
 * In 16 bits. AdamW divides by the gradients' size, so that of small ones only the
 * rounding is left: after ten steps single weights differ by a good part of what they moved.
 */
const half: Tolerances = { output: 1e-2, gradient: 3e-2, training: 0.2, picture: 16 / 255 };

export const parity: Check = {
  name: 'parity',
  title: 'the numbers of diffusers, transformers, PEFT and torch on small models',
  limit: 120,
  async run(settings, emit) {
    // All at once: no times are measured here.
    const variants = await allVariants(settings, emit);
    await Promise.all(
      variants.map(async ({ name, precision, compile, env }) => {
        const tolerances = precision === 'fp16' ? half : single;
        const args = [...nodeArguments('native-parity'), JSON.stringify(compile)];
        await runMeasured(settings, { command: process.execPath, arguments: args, env }, ({ line }) => {
          const { what, kind, error, detail } = comparison.parse(line);
          const atMost = tolerances[kind];
          const outcome = error <= atMost ? 'held' : 'failed';
          const figures = { 'relative error': error, 'at most': atMost };
          const farthest = outcome === 'failed' && detail !== undefined ? { detail } : {};
          emit({ what: `${name}: ${what}`, outcome, figures, ...farthest });
        }).catch((cause) => emit(failed(name, cause)));
      }),
    );
  },
};
