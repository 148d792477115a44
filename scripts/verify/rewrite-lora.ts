/**
 * @file `tsx rewrite-lora.ts LORA NAMING KOHYA DIFFUSERS`: reads a LoRA file and writes it again in both layouts, kohya's with the
 * names of `sd` or `sdxl`. lora_files.py calls it, to show that the real diffusers understands what this project writes.
 */
import { openLora } from '../../src/diffusion/lora/lora-file.js';
import { derivedMetadata, namingOf } from '../../src/diffusion/lora/lora-metadata.js';
import { writeDiffusersModules, writeKohyaModules } from '../../src/diffusion/lora/write-lora.js';

const [source = '', naming = '', kohya = '', diffusers = ''] = process.argv.slice(2);
const { modules, metadata } = await openLora(source);
const family = naming === 'sdxl' ? 'sdxl' : 'sd1';
const entries = derivedMetadata(metadata, modules, family);
writeKohyaModules(kohya, modules, namingOf(family), entries);
writeDiffusersModules(diffusers, modules, entries);
