/** @file Any LoRA file leads to modules whose matrices fit, or to an error with a code. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loraOf, readFactors } from '../../src/diffusion/lora/lora-file.js';
import { lorasInPrompt } from '../../src/diffusion/lora/prompt-loras.js';
import { orCode } from './support.js';

const module = fc.constantFrom(
  'lora_unet_mid_block_attentions_0_proj_in',
  'lora_unet_input_blocks_4_1_proj_in',
  'unet.mid_block.attentions.0.proj_in',
  'lora_te_text_model_encoder_layers_0_mlp_fc1',
  'text_encoder_2.text_projection',
  'lora_unet_',
  'unet',
);
const part = fc.constantFrom(
  ...['.lora_down.weight', '.lora_up.weight', '.lora_mid.weight', '.alpha', '.lora_A.weight', '.lora_B.weight'],
  ...['.lora.down.weight', '_lora.up.weight', '.hada_w1_a', '.dora_scale', '.weight', '', '.'],
);
const name = fc.oneof({ weight: 8, arbitrary: fc.tuple(module, part).map((parts) => parts.join('')) }, fc.string());
const shape = fc.array(fc.constantFrom(0, 1, 1, 2, 2, 3), { maxLength: 5 });
const metadata = fc.oneof(
  fc.constant({}),
  fc.jsonValue().map((value) => ({ lora_adapter_metadata: JSON.stringify(value) })),
  fc.string().map((text) => ({ lora_adapter_metadata: text })),
  fc.jsonValue().map((value) => ({
    lora_adapter_metadata: JSON.stringify({ 'unet.lora_alpha': value, 'unet.alpha_pattern': value }),
  })),
);

it('any names, shapes, types and settings', async () => {
  let accepted = 0;
  const any = fc.record({ name, shape, dtype: fc.constantFrom('F32', 'F16', 'I64', 'U8', 'F8_E4M3') });
  /** A valid module, from which malicious ones are made. */
  const pair = fc.tuple(module, fc.constantFrom('F32', 'F16')).map(([whole, dtype]) => [
    { name: `${whole}.lora_down.weight`, shape: [2, 3], dtype },
    { name: `${whole}.lora_up.weight`, shape: [4, 2], dtype },
  ]);
  const tensors = fc
    .tuple(fc.array(pair, { maxLength: 2 }), fc.array(any, { maxLength: 3 }))
    .map((parts) => parts.flat(2));
  await fc.assert(
    fc.asyncProperty(tensors, metadata, async (list, settings) => {
      const sizes = { F32: 4, F16: 2, I64: 8, U8: 1, F8_E4M3: 1 };
      const entries = list.map((each) => {
        const bytes = () =>
          new Uint8Array(each.shape.reduce((product, length) => product * length, sizes[each.dtype as 'F32']));
        return [each.name, { ...each, dtype: each.dtype as 'F32', bytes }] as const;
      });
      const source = { path: 'x.safetensors', metadata: settings, tensors: new Map(entries) };
      const file = await orCode(() => loraOf(source), 'input.lora.', 'input.safetensors.tensor');
      for (const each of file?.modules ?? []) {
        accepted++;
        const factors = await orCode(() => readFactors('x', each), 'input.safetensors.tensor');
        if (factors === undefined) continue;
        expect(factors.down.length).toBe(factors.downShape.reduce((product, length) => product * length, 1));
        expect(factors.up.length % each.rank).toBe(0);
        expect(each.alpha).toBeGreaterThanOrEqual(Number.NEGATIVE_INFINITY);
      }
    }),
    { numRuns: 3000 },
  );
  expect(accepted).toBeGreaterThan(5);
});

it('any prompt', async () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom('<lora:', ':', '>', '0.5', '1e999', '-', 'mina'));
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece).map((parts) => parts.join('')),
      async (prompt) => {
        const found = await orCode(() => lorasInPrompt(prompt), 'input.option.invalid');
        for (const { weight, textWeight } of found?.loras ?? []) {
          expect(Number.isFinite(weight)).toBe(true);
          expect(Number.isFinite(textWeight)).toBe(true);
        }
      },
    ),
  );
  // A pattern that backtracks would take hours for these.
  expect(lorasInPrompt(`${'<lora:'.repeat(20_000)}${':'.repeat(20_000)}`).loras).toEqual([]);
  expect(lorasInPrompt(`${' '.repeat(200_000)}x`).prompt).toBe('x');
});
