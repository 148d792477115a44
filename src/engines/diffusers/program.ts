/** @file How the Python side of the diffusers engine is started. */
import { fileURLToPath } from 'node:url';
import type { Program } from '../program.js';

// Right from src/engines/diffusers and from dist/engines/diffusers alike: both are three levels below the package.
const script = fileURLToPath(new URL('../../../src/engines/diffusers/python/main.py', import.meta.url));
const samples = fileURLToPath(new URL('../../../dist/engines/diffusers/samples-main.js', import.meta.url));

/** Runs our Python package with `python`; `device` is where it trains. */
export function diffusersProgram(python: string, device: string): Program {
  return {
    command: python,
    // Neither packages of the user's own Python nor its environment variables have a say.
    arguments: ['-I', '-X', 'utf8', script],
    env: {
      LORA_BRIDGE_DEVICE: device,
      LORA_BRIDGE_NODE: process.execPath,
      LORA_BRIDGE_SAMPLES: samples,
      HF_HUB_OFFLINE: '1',
    },
  };
}
