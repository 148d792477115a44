/** @file A picture of 512 px in 20 steps with guidance: the native engine, and diffusers' pipeline. */
import { absent, type Check, nodeArguments, pythonFile } from '../check.js';
import { emitMeasured } from '../measured.js';
import { testModel } from '../models.js';
import { allVariants } from '../variants.js';

export const picture: Check = {
  name: 'picture',
  title: 'a picture of the size of Stable Diffusion 1.5, 512 px, 20 steps, guidance',
  limit: 90,
  models: ['sd15'],
  async run(settings, emit) {
    const { folder, resolution } = await testModel(settings, 'sd15');
    const plan = { folder, resolution, steps: settings.size === 'tiny' ? 2 : 20, device: settings.device };
    for (const { name, compile, env } of (await allVariants(settings, emit)).filter(({ isOwn }) => isOwn)) {
      const args = [...nodeArguments('native-picture'), JSON.stringify({ ...plan, compile })];
      await emitMeasured(settings, name, { command: process.execPath, arguments: args, env }, emit);
    }
    const what = `diffusers, ${settings.device === 'cuda' ? 'fp16' : 'fp32'}`;
    if (settings.python === undefined) emit(absent(what, settings.noPython));
    else {
      const args = [pythonFile('peer_picture.py'), JSON.stringify(plan)];
      await emitMeasured(settings, what, { command: settings.python, arguments: args }, emit);
    }
  },
};
