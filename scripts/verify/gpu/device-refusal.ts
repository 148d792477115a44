/** @file Whether the product itself would compute on a device here, when its commands name it. */
import { chooseDevice } from '../../../src/engines/native/devices.js';
import type { Device } from '../../../src/protocol/train-options.js';

/** Why it would not; undefined where it does. */
export async function deviceRefusal(device: Device): Promise<string | undefined> {
  return await chooseDevice(device).then(
    () => undefined,
    (error: Error) => error.message,
  );
}
