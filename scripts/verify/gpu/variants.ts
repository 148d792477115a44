/** @file The ways in which the native engine can compute on a device. */

import { chooseTarget } from '../../../src/engines/native/target.js';
import type { CompileOptions } from '../../../src/graph/index.js';
import type { Device } from '../../../src/protocol/train-options.js';
import { absent, devicesOf, type Emit, failed, type RunSettings } from './check.js';

export interface Variant {
  readonly name: string;
  readonly precision: 'fp32' | 'fp16';
  readonly compile: CompileOptions;
  /** Of the process that computes. */
  readonly env: Readonly<Record<string, string>>;
  /** The product computes so; what is not its own is only for comparison. */
  readonly isOwn: boolean;
}

const precisions = ['fp16', 'fp32'] as const;

/** As the product computes there, the fastest first; what it refuses is emitted as a finding. */
export async function variantsOf(device: Device, settings: RunSettings, emit: Emit): Promise<Variant[]> {
  const found: Variant[] = [];
  for (const precision of precisions) {
    const name = `native, ${device}, ${precision}`;
    await chooseTarget(device, precision).then(
      (compile) => found.push({ name, precision, compile, env: {}, isOwn: true }),
      // Not to have the device that was asked for is a failure; a second one, or a precision, may be missing.
      (error: Error) => {
        const isWanted = device === devicesOf(settings)[0] && precision === 'fp32';
        emit(isWanted ? failed(name, error) : absent(name, error.message));
      },
    );
  }
  return found;
}

/**
 * CUDA through onnxruntime-node, which the product does not use: to see what the C API costs or gains. Its provider computes float32
 * products in TF32 unless the driver is set otherwise.
 */
function embeddedVariants({ embedded }: RunSettings): Variant[] {
  if (embedded === undefined) return [];
  return precisions.map((precision) => ({
    name: `native, cuda, ${precision}, through onnxruntime-node`,
    precision,
    compile: { device: 'cuda', precision },
    env: { LD_LIBRARY_PATH: embedded, NVIDIA_TF32_OVERRIDE: '0' },
    isOwn: false,
  }));
}

/** The fastest of variants once more, its kernels recorded as a CUDA graph: what the product does with that variable set. */
export function recorded(variants: readonly Variant[]): Variant[] {
  const [fastest] = variants.filter(({ compile }) => compile.device === 'cuda');
  if (fastest === undefined) return [];
  const env = { ...fastest.env, LORA_BRIDGE_CUDA_GRAPH: '1' };
  return [{ ...fastest, name: `${fastest.name}, recorded`, env, isOwn: false }];
}

/** All variants for a run: those of the requested device, of the second one, and of the other runtime. */
export async function allVariants(settings: RunSettings, emit: Emit): Promise<Variant[]> {
  const found: Variant[] = [];
  for (const device of devicesOf(settings)) found.push(...(await variantsOf(device, settings, emit)));
  return settings.device === 'cuda' ? [...found, ...embeddedVariants(settings)] : found;
}
