/** @file Where and how wide the native engine computes. */
import type { CompileOptions } from '../../graph/index.js';
import { nativePrecision, type PrecisionOption } from '../precision.js';
import { chooseDevice, type DeviceName } from './devices.js';

/** What `chooseDevice` and `nativePrecision` choose on this machine. Throws what they throw. */
export async function chooseTarget(
  device: 'auto' | DeviceName,
  precision: PrecisionOption,
): Promise<Pick<CompileOptions, 'device' | 'runtime' | 'precision'>> {
  const chosen = await chooseDevice(device);
  return { ...chosen, precision: nativePrecision(precision, chosen.device ?? 'cpu').precision };
}
