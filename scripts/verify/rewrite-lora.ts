/**
 * @file `tsx rewrite-lora.ts LORA UNET_CONFIG KOHYA DIFFUSERS`: reads a LoRA file and writes it anew in both layouts.
 * lora_files.py calls it, to show that the real diffusers understands what this project writes.
 */
import { readFileSync } from 'node:fs';
import { unetConfig } from '../../src/diffusion/config/unet-config.js';
import { readLora } from '../../src/diffusion/lora/read-lora.js';
import { writeDiffusersLora, writeKohyaLora } from '../../src/diffusion/lora/write-lora.js';

const [source = '', config = '', kohya = '', diffusers = ''] = process.argv.slice(2);
const { lora } = readLora(source, unetConfig.parse(JSON.parse(readFileSync(config, 'utf8'))));
writeKohyaLora(kohya, lora, {
  title: 'verify',
  baseModel: 'tiny',
  family: 'sd1',
  predictionType: 'epsilon',
  triggerPhrase: 'a sks girl',
  captions: ['a sks girl, standing'],
  resolution: 64,
  steps: 1,
  batchSize: 1,
  learningRate: 1e-4,
  seed: 0,
  startedAt: new Date(),
  finishedAt: new Date(),
});
writeDiffusersLora(diffusers, lora);
