/** @file All checks, the most useful first: what does not fit into the time is left out from the end. */
import type { Check } from './check.js';
import { demo } from './checks/demo.js';
import { devices } from './checks/devices.js';
import { outOfMemory } from './checks/out-of-memory.js';
import { parity } from './checks/parity.js';
import { picture } from './checks/picture.js';
import { pocketModel } from './checks/pocket-model.js';
import { profile } from './checks/profile.js';
import { recovery } from './checks/recovery.js';
import { moreSteps, otherSteps, sd15Step, sdxlStep } from './checks/steps.js';

export const checks: readonly Check[] = [
  devices,
  parity,
  sd15Step,
  profile,
  recovery,
  picture,
  demo,
  sdxlStep,
  outOfMemory,
  otherSteps,
  moreSteps,
  pocketModel,
];
