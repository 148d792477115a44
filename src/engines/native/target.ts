/** @file The device and precision that the native engine computes with. */
import type { CompileOptions } from '../../graph/index.js';
import type { Device } from '../../protocol/train-options.js';
import { nativePrecision, type PrecisionOption } from '../precision.js';
import { chooseDevice } from './devices.js';

/** What `chooseDevice` and `nativePrecision` choose on this machine. Throws what they throw. */
export async function chooseTarget(
  device: 'auto' | Device,
  precision: PrecisionOption,
): Promise<Pick<CompileOptions, 'device' | 'runtime' | 'precision'>> {
  const chosen = await chooseDevice(device);
  return { ...chosen, precision: nativePrecision(precision, chosen.device ?? 'cpu').precision };
}
