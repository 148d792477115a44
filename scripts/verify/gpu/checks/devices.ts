/** @file Which devices load, and if not, why not: what the product says, and what really computes. */
import { listDevices } from '../../../../src/engines/native/devices.js';
import { type Check, failed, nodeArguments, verdict } from '../check.js';
import { runMeasured } from '../measured.js';
import { allVariants } from '../variants.js';

export const devices: Check = {
  name: 'devices',
  title: 'which devices load and compute',
  limit: 90,
  async run(settings, emit) {
    for (const { name, available, reason } of await listDevices())
      emit({
        what: `doctor on ${name}`,
        outcome: 'measured',
        detail: `${available ? 'available' : 'not available'}: ${reason}`,
      });
    // Whether a precision computes is seen by its numbers; to load it takes as long.
    const variants = (await allVariants(settings, emit)).filter(({ precision }) => precision === 'fp32');
    for (const { name, compile, env } of variants) {
      const what = `${name} computes`;
      const args = [...nodeArguments('loads'), JSON.stringify(compile)];
      await runMeasured(settings, { command: process.execPath, arguments: args, env }, ({ line, memory }) => {
        const { error, ...figures } = line as { error: number } & Record<string, number>;
        const isRight = error < 1e-2;
        const wrong = isRight ? undefined : `it is ${error} off`;
        emit({ ...verdict(what, isRight, wrong), figures: { ...figures, ...memory } });
      }).catch((cause) => emit(failed(what, cause)));
    }
  },
};
