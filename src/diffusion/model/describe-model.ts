/** @file A description of a base model, for display and for programs that choose one. */
import { sizeOf } from '../../graph/ir/shape.js';
import { bytesPerElement } from '../../safetensors/dtype.js';
import { tensorEntry } from '../../safetensors/read.js';
import { openWeights, type WeightSource } from '../weights/network-weights.js';
import type { BaseModel } from './base-model.js';

export interface NetworkDescription {
  /** The name of its folder in diffusers. */
  readonly name: string;
  readonly parameters: number;
  readonly bytes: number;
  /** Element types, as named by safetensors: F32, F16, BF16. */
  readonly types: readonly string[];
  /** How many files its weights are stored in. */
  readonly files: number;
}

export interface ModelDescription {
  readonly name: string;
  readonly path: string;
  readonly layout: BaseModel['layout'];
  readonly family: string;
  readonly familyTitle: string;
  readonly predictionType: string;
  readonly predictionTypeFrom: string;
  readonly zeroTerminalSnr: boolean;
  readonly resolution: number;
  readonly networks: readonly NetworkDescription[];
}

/**
 * Reads the headers of the weight files.
 * @throws what `openSafetensors` throws
 */
export function describeModel(model: BaseModel): ModelDescription {
  const { name, path, layout, family, scheduler, predictionTypeFrom, resolution } = model;
  return {
    name,
    path,
    layout,
    family: family.name,
    familyTitle: family.title,
    predictionType: scheduler.prediction_type,
    predictionTypeFrom,
    zeroTerminalSnr: scheduler.rescale_betas_zero_snr,
    resolution,
    networks: [
      describeNetwork('unet', model.unet.weights),
      describeNetwork('vae', model.vae.weights),
      ...model.textEncoders.map(({ folder, encoder }) => describeNetwork(folder, encoder.weights)),
    ],
  };
}

function describeNetwork(name: string, source: WeightSource): NetworkDescription {
  const [types, files] = [new Set<string>(), new Set<string>()];
  let [parameters, bytes] = [0, 0];
  for (const { file, tensor, shape } of openWeights(source).values()) {
    const { dtype } = tensorEntry(file, tensor);
    types.add(dtype);
    files.add(file.path);
    parameters += sizeOf(shape);
    bytes += sizeOf(shape) * bytesPerElement[dtype];
  }
  return { name, parameters, bytes, types: [...types].sort(), files: files.size };
}
