/** @file The table of families. */
import type { FamilyName } from '../../protocol/base-model.js';
import type { UnetConfig } from '../config/unet-config.js';
import type { Family } from './family.js';
import { sd1 } from './sd1.js';
import { sd2 } from './sd2.js';
import { sdxl } from './sdxl.js';

export const families: Readonly<Record<FamilyName, Family>> = { sd1, sd2, sdxl };

/** The family of a UNet, or the one that the user names. */
export function familyOf(unet: UnetConfig, override: FamilyName | undefined): Family {
  if (override !== undefined) return families[override];
  return Object.values(families).find(({ matches }) => matches(unet)) ?? sd1;
}
