/** @file Which operators a native training step spends its time on. */
import { z } from 'zod';
import { operatorTime } from '../../../bench/operator-profile.js';
import { type Check, failed, nodeArguments } from '../check.js';
import { runMeasured } from '../measured.js';
import { testModel } from '../models.js';
import type { NativeStep } from '../native-step.js';
import { variantsOf } from '../variants.js';

const profileLine = z.object({ operators: z.array(operatorTime) });
const shown = 20;

export const profile: Check = {
  name: 'profile',
  title: 'the slowest operators of a training step of the size of Stable Diffusion 1.5, 512 px',
  limit: 60,
  models: ['sd15'],
  async run(settings, emit) {
    const { folder, latentEdge: edge } = await testModel(settings, 'sd15');
    for (const { name, compile } of await variantsOf(settings.device, settings, emit)) {
      const plan: NativeStep = { folder, edge, batchSize: 1, rank: 4, seconds: 0, profile: true, compile };
      const command = {
        command: process.execPath,
        arguments: [...nodeArguments('native-step'), JSON.stringify(plan)],
        // Without it, a node's time on CUDA is that of handing its kernels over.
        env: { CUDA_LAUNCH_BLOCKING: '1' },
      };
      await runMeasured(settings, command, ({ line }) => {
        const { data } = profileLine.safeParse(line);
        if (data === undefined) return;
        const whole = data.operators.reduce((sum, { seconds }) => sum + seconds, 0);
        for (const { operator, seconds, gigaflop } of data.operators.slice(0, shown)) {
          const rate = gigaflop > 0 ? { 'TFLOP/s': gigaflop / seconds / 1000 } : {};
          const figures = { 'time (s)': seconds, share: seconds / whole, ...rate };
          emit({ what: `${name}: ${operator}`, outcome: 'measured', figures });
        }
      }).catch((error) => emit(failed(name, error)));
    }
  },
};
