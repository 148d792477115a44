/** @file Whether the product itself would compute on a device here, when its commands name it. */
import { chooseDevice, type DeviceName } from '../../../src/engines/native/devices.js';

/** Why it would not; undefined where it does. */
export async function deviceRefusal(device: DeviceName): Promise<string | undefined> {
  return await chooseDevice(device).then(
    () => undefined,
    (error: Error) => error.message,
  );
}
