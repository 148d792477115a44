/** @file The checks of the Windows build, in the order in which they run. */
import type { Check } from './check.js';
import { dailyUse } from './checks/daily-use.js';
import { faults } from './checks/faults.js';

export const checks: readonly Check[] = [...dailyUse, ...faults];
