/** @file Whether the product itself would compute on a device here: its commands are asked for it by name. */
import { chooseDevice, type DeviceName } from '../../../src/engines/native/devices.js';

/** Why it would not; undefined where it does. */
export async function deviceRefusal(device: DeviceName): Promise<string | undefined> {
  return await chooseDevice(device).then(
    () => undefined,
    (error: Error) => error.message,
  );
}
