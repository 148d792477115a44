/** @file The precision that a job is computed in: the option, checked against what engine and device support. */
import { LoraBridgeError } from '../errors/lora-bridge-error.js';
import type { Precision } from '../graph/index.js';
import type { Device, TrainOptions } from '../protocol/train-options.js';
import type { EngineName } from './trainable-base.js';

export type PrecisionOption = TrainOptions['precision'];

export interface PrecisionChoice {
  /** `auto` leaves it to the diffusers engine: bf16 where the card has it, else fp32. */
  readonly precision: PrecisionOption;
  /** Why, to be shown to users. */
  readonly reason: string;
}

function refused(
  engine: EngineName,
  device: Device,
  requested: PrecisionOption,
  why: string,
  hint: string,
): LoraBridgeError {
  const message = `The ${engine} engine does not support --precision ${requested} on ${device}: ${why}`;
  return new LoraBridgeError('input.option.unsupported', message, { hint });
}

/**
 * The precision of the native engine on a device. On CUDA, products of float16 are accumulated in float32; on WebGPU in float16
 * (providers/webgpu/math/gemm_utils.cc), which is not accurate enough for sums of thousands of products.
 * @throws LoraBridgeError `input.option.unsupported`
 */
export function nativePrecision(
  requested: PrecisionOption,
  device: Device,
): PrecisionChoice & { readonly precision: Precision } {
  if (requested === 'bf16') {
    const why = 'ONNX Runtime has no bfloat16 convolutions.';
    throw refused('native', device, requested, why, 'Use --precision fp16, or --engine diffusers.');
  }
  if (requested === 'fp16' && device === 'webgpu') {
    const why = 'ONNX Runtime accumulates in 16 bits there.';
    throw refused('native', device, requested, why, 'Use --precision fp32, or omit the option.');
  }
  if (requested !== 'auto') return { precision: requested, reason: 'as requested' };
  if (device === 'cuda') return { precision: 'fp16', reason: 'fastest on a GPU, with half the memory' };
  const reason = device === 'cpu' ? 'fastest on a CPU' : 'ONNX Runtime accumulates in 16 bits there';
  return { precision: 'fp32', reason };
}

/**
 * The precision of an engine on a device.
 * @throws LoraBridgeError `input.option.unsupported`
 */
export function choosePrecision(requested: PrecisionOption, engine: EngineName, device: Device): PrecisionChoice {
  if (engine === 'native') return nativePrecision(requested, device);
  if (requested === 'fp16') {
    const hint = 'Use --precision bf16, which needs no loss scaling, or --engine native.';
    throw refused(engine, device, requested, 'it does not scale losses.', hint);
  }
  if (requested !== 'auto') return { precision: requested, reason: 'as requested' };
  if (device === 'cpu') return { precision: 'fp32', reason: 'fastest on a CPU' };
  return { precision: 'auto', reason: 'bf16 if the GPU supports it, else fp32' };
}
