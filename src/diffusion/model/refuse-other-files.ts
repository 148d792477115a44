/** @file Rejects, by name, single files that hold anything other than a Stable Diffusion text-to-image model. */
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { SafetensorsFile } from '../../safetensors/header.js';

/** Tensors that only one kind of file has. */
const markers: readonly (readonly [pattern: RegExp, kind: string, hint?: string])[] = [
  [/^(model\.diffusion_model\.)?joint_blocks\.0\./, 'a Stable Diffusion 3 model'],
  [/^(model\.diffusion_model\.)?double_blocks\.0\./, 'a Flux model'],
  [/^(model\.diffusion_model\.)?(edm_mean|edm_vpred\.sigma_max)$/, 'a model in the EDM formulation'],
  [/^control_model\./, 'a ControlNet'],
  [
    /^conditioner\.embedders\.0\.model\.transformer\.resblocks\.0\./,
    'the SDXL refiner',
    'Use the SDXL base model: the refiner only finishes its images.',
  ],
  [/^model\.diffusion_model\.label_emb\.weight$/, 'an upscaler'],
  [/^(noise_augmentor|embedder)\./, 'an unCLIP model'],
  [
    /^(lora_(unet|te\d?)_|unet\..*lora)|\.lora_(A|down)\.weight$/,
    'a LoRA',
    'Give the base model as --base, and the LoRA as --lora.',
  ],
  [/^(emb_params|clip_[gl])$/, 'a textual inversion embedding'],
  [/^unet\.|^text_encoder\./, 'a file of another layout than LDM or sgm'],
];

/** The purpose of UNets with a number of input channels other than four. */
const byInputChannels: Readonly<Record<number, string>> = {
  5: 'a depth-to-image model',
  7: 'an upscaler',
  8: 'an InstructPix2Pix model',
  9: 'an inpainting model',
};

const firstConvolution = 'model.diffusion_model.input_blocks.0.0.weight';

/** The kind of UNet with this many input channels; undefined for text-to-image. */
export function kindByInputChannels(channels: number): string | undefined {
  if (channels === 4) return undefined;
  const kind = byInputChannels[channels] ?? 'of another kind';
  return `${kind}: its UNet has ${channels} input channels`;
}

/** @throws LoraBridgeError `input.model.unsupported`. */
export function refuseOtherFiles(file: SafetensorsFile): void {
  for (const name of file.tensors.keys())
    for (const [pattern, kind, hint] of markers) if (pattern.test(name)) throw refusal(file, kind, hint);
  const channels = file.tensors.get(firstConvolution)?.shape[1];
  if (channels === undefined) throw refusal(file, kindOf(file));
  const kind = kindByInputChannels(channels);
  if (kind !== undefined) throw refusal(file, kind);
}

function kindOf(file: SafetensorsFile): string {
  if (file.tensors.has('decoder.conv_in.weight')) return 'a VAE';
  if (file.tensors.has('input_blocks.0.0.weight')) return 'a UNet alone';
  return 'not a Stable Diffusion checkpoint';
}

function refusal(file: SafetensorsFile, kind: string, hint?: string): LoraBridgeError {
  return new LoraBridgeError('input.model.unsupported', `${file.path} is ${kind}, which cannot be used here.`, {
    file: file.path,
    hint: hint ?? 'Use a Stable Diffusion 1.x, 2.x or SDXL text-to-image checkpoint.',
  });
}
