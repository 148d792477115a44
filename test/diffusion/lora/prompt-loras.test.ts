import { expect, it } from 'vitest';
import { lorasInPrompt } from '../../../src/diffusion/lora/prompt-loras.js';

it('extracts LoRAs from a prompt, with one weight, two, or none', () => {
  expect(lorasInPrompt('a girl <lora:mina:0.8>, smiling<LoRA:flat colour><lyco:x:-.5:1>')).toEqual({
    prompt: 'a girl , smiling',
    loras: [
      { name: 'mina', weight: 0.8, textWeight: 0.8 },
      { name: 'flat colour', weight: 1, textWeight: 1 },
      { name: 'x', weight: 1, textWeight: -0.5 },
    ],
  });
  expect(lorasInPrompt('a < b, <3')).toEqual({ prompt: 'a < b, <3', loras: [] });
});

it.each(['<lora:mina:>', '<lora:mina:much>', '<lora:mina:1:2:3>', '<lora:mina:1e9>'])('refuses %s', (prompt) => {
  expect(() => lorasInPrompt(prompt)).toThrow(expect.objectContaining({ code: 'input.option.invalid' }));
});
