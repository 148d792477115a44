/** @file A picture of 512 px in 20 steps with guidance: the native engine, and diffusers' pipeline. */
import { absent, type Check, failed, nodeArguments, pythonFile } from '../check.js';
import { type Command, runMeasured } from '../measured.js';
import { testModel } from '../models.js';
import { allVariants } from '../variants.js';

export const picture: Check = {
  name: 'picture',
  title: 'a picture of the size of Stable Diffusion 1.5, 512 px, 20 steps, guidance',
  limit: 90,
  models: ['sd15'],
  async run(bench, emit) {
    const { folder, resolution } = await testModel(bench, 'sd15');
    const plan = { folder, resolution, steps: bench.size === 'tiny' ? 2 : 20, device: bench.device };
    const measure = (what: string, command: Command): Promise<void> =>
      runMeasured(bench, command, ({ line, memory }) =>
        emit({ what, outcome: 'measured', figures: { ...(line as Record<string, number>), ...memory } }),
      ).catch((error) => emit(failed(what, error)));
    for (const { name, compile, env } of (await allVariants(bench, emit)).filter(({ isOwn }) => isOwn)) {
      const args = [...nodeArguments('native-picture'), JSON.stringify({ ...plan, compile })];
      await measure(name, { command: process.execPath, arguments: args, env });
    }
    const what = `diffusers, ${bench.device === 'cuda' ? 'fp16' : 'fp32'}`;
    if (bench.python === undefined) emit(absent(what, bench.noPython));
    else
      await measure(what, { command: bench.python, arguments: [pythonFile('peer_picture.py'), JSON.stringify(plan)] });
  },
};
