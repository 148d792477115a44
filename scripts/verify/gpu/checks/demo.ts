/** @file `npm run demo` on the device: daemon, editor, dataset, training, pictures, and the measure of their colours. */
import { execFile } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { absent, type Check, devicesOf, failed } from '../check.js';
import { deviceRefusal } from '../device-refusal.js';
import { kitFolder } from '../kit.js';

const demoResult = z.object({
  seconds: z.number(),
  loss: z.object({ first: z.number(), last: z.number() }),
  palette: z.object({ base: z.number(), lora: z.number(), floor: z.number() }),
});

const program = join(kitFolder, 'scripts', 'demo', `main${extname(import.meta.url)}`);

export const demo: Check = {
  name: 'demo',
  title: 'the demo, from captures to pictures with a LoRA',
  limit: 120,
  async run(settings, emit) {
    const steps = settings.size === 'tiny' ? 3 : 600;
    for (const device of devicesOf(settings)) {
      const what = `demo on ${device}, ${steps} steps`;
      const refusal = await deviceRefusal(device);
      if (refusal !== undefined) {
        emit(absent(what, refusal));
        continue;
      }
      const out = join(settings.work, `demo-${device}`);
      const few = settings.size === 'tiny' ? ['--pictures', '1'] : [];
      const args = [program, '--json', '--device', device, '--steps', String(steps), '--out', out, ...few];
      await promisify(execFile)(process.execPath, [...process.execArgv, ...args], { maxBuffer: 2 ** 26 }).then(
        ({ stdout, stderr }) => {
          process.stderr.write(stderr);
          const { seconds, loss, palette } = demoResult.parse(JSON.parse(stdout));
          copyFileSync(join(out, 'before-after.jpg'), join(settings.out, `demo-${device}.jpg`));
          const figures = {
            'whole (s)': seconds,
            'loss before': loss.first,
            'loss after': loss.last,
            'colours without LoRA (ΔE)': palette.base,
            'with it (ΔE)': palette.lora,
            'least (ΔE)': palette.floor,
          };
          // So few steps as on a CPU show nothing but that it runs.
          const learnt = settings.size === 'tiny' || loss.last < loss.first;
          emit({ what, outcome: learnt ? 'held' : 'failed', figures });
        },
        (error: Error & { stdout?: string; stderr?: string }) =>
          emit(failed(what, error.stderr?.trim() || error.stdout?.trim() || error)),
      );
    }
  },
};
