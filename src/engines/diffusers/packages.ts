/** @file The Python packages that the diffusers engine imports, in the versions that it was tested with. */

export const packages: Readonly<Record<string, string>> = {
  torch: '2.15.0',
  diffusers: '0.42.1',
  transformers: '5.23.0',
  peft: '0.21.2',
  accelerate: '1.15.0',
  safetensors: '0.8.0',
  numpy: '2.4.6',
  pillow: '13.0.0',
};
