/** @file All scenarios, in the order in which rounds take turns. */
import { kills } from './kills/kills.js';
import type { Scenario } from './scenario.js';

export const scenarios: readonly Scenario[] = [...kills];

export const fullName = ({ part, name }: Scenario): string => `${part}/${name}`;
