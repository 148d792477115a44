/** @file Base models that the native engine does not have: Stable Diffusion 3 and Flux, tiny and random, through diffusers' modules. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loraOf } from '../../../src/diffusion/lora/lora-file.js';
import { anyBase, chooseEngine } from '../../../src/engines/choose.js';
import { openTrainableBase } from '../../../src/engines/trainable-base.js';
import { openSafetensors } from '../../../src/safetensors/header.js';
import { tensorsOf } from '../../../src/safetensors/stored-tensor.js';
import { engineOnCpu, enginePython, relativeDifference, runEngine, tinyModel, Workshop } from './support.js';

const script = fileURLToPath(new URL('../../../scripts/verify/tiny_transformers.py', import.meta.url));

/** Loads a LoRA file as a user of diffusers does, and says by how much it changes what the transformer predicts. */
const effect = `
import sys, torch
from diffusers import DiffusionPipeline
base, file = sys.argv[1:]
absent = {} if "flux" in base else {"text_encoder_3": None, "tokenizer_3": None}
pipeline = DiffusionPipeline.from_pretrained(base, **absent)
generate = lambda: pipeline("sks", height=64, width=64, num_inference_steps=2, output_type="np", generator=torch.Generator().manual_seed(0)).images
before = generate()
pipeline.load_lora_weights(file)
print(len(pipeline.get_list_adapters()["transformer"]), float(abs(generate() - before).mean()))
`;

let workshop: Workshop;
beforeAll(() => {
  workshop = Workshop.open();
  execFileSync(enginePython(), [script, workshop.path('models')], { stdio: 'ignore' });
  writeFileSync(workshop.path('effect.py'), effect);
});
afterAll(() => workshop.close());

describe.each(['sd3', 'flux'])('%s', (name) => {
  const base = () => workshop.path('models', name);

  test('is announced with the engine that trains it, and the other refuses it by name', async () => {
    const found = await openTrainableBase(base());
    expect(found.engines).toEqual(['diffusers']);
    expect((await openTrainableBase(tinyModel)).engines).toEqual(anyBase.engines);
    const environment = { usable: true, python: 'python', cuda: undefined, versions: {} } as const;
    const machine = {
      devices: [{ name: 'cpu', available: true, reason: '' }],
      diffusers: environment,
      gpus: [],
    } as const;
    expect(chooseEngine({ engine: 'auto', device: 'auto' }, machine, found)).toMatchObject({ engine: 'diffusers' });
    expect(() => chooseEngine({ engine: 'native', device: 'auto' }, machine, found)).toThrow(
      expect.objectContaining({ code: 'input.option.unsupported', message: expect.stringContaining(found.title) }),
    );
  });

  test('learns, generates, resumes bit for bit, and diffusers loads what it learnt', async () => {
    const options = { base: base(), resolution: 64, steps: 20, checkpointEvery: 10, previewEvery: 20, previewCount: 1 };
    const whole = await runEngine(engineOnCpu('diffusers'), workshop.job(name, options));
    const finished = whole.events.at(-1);
    if (finished?.type !== 'finished') throw new Error(JSON.stringify(finished) + whole.log);
    expect(finished.loss?.last).toBeLessThan(finished.loss?.first ?? 0);
    expect(whole.events.filter(({ type }) => type === 'preview').length).toBe(2);

    const resume = workshop.path(name, 'checkpoints', 'step-000010');
    await runEngine(engineOnCpu('diffusers'), workshop.job(`${name}-again`, options, { resume }));
    const [lora, again] = [name, `${name}-again`].map((run) => workshop.numbers(run, 'lora.safetensors'));
    expect(relativeDifference(lora ?? new Map(), again ?? new Map())).toBe(0);

    // Both files say the same, in two dialects.
    const files = ['lora.safetensors', 'pytorch_lora_weights.safetensors'].map((file) => workshop.path(name, file));
    const pathsOf = (file: string) => {
      const { modules } = loraOf(tensorsOf(openSafetensors(file)), { transformers: true });
      return modules.map(({ component, path, rank }) => `${component} ${path} ${rank}`).sort();
    };
    expect(pathsOf(files[0] ?? '')).toEqual(pathsOf(files[1] ?? ''));
    const said = execFileSync(enginePython(), [workshop.path('effect.py'), base(), files[1] ?? ''], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [adapters, change] = said.toString().trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
    expect(adapters).toBe(1);
    expect(change).toBeGreaterThan(1e-4);
  });
});

test('an option that the family does not have is refused before torch is loaded', async () => {
  const job = workshop.job('gamma', { base: workshop.path('models', 'flux'), resolution: 64, minSnrGamma: 5 });
  const { events } = await runEngine(engineOnCpu('diffusers'), job);
  expect(events.at(-1)).toMatchObject({ type: 'failed', error: { code: 'input.option.unsupported' } });
  expect(events.length).toBe(2);
});
