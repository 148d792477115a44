/** @file All scenarios, in the order in which rounds take turns. */
import { checkpoints } from './disk/checkpoints.js';
import { databases } from './disk/database.js';
import { folders } from './disk/folders.js';
import { outputs } from './disk/outputs.js';
import { pictures } from './disk/pictures.js';
import { space } from './disk/space.js';
import { doors } from './hostile/access.js';
import { content } from './hostile/content.js';
import { floods } from './hostile/floods.js';
import { malformed } from './hostile/malformed.js';
import { kills } from './kills/kills.js';
import { commandRaces } from './races/commands.js';
import { jobRaces } from './races/jobs.js';
import { shotRaces } from './races/shots.js';
import type { Scenario } from './scenario.js';
import { soak } from './soak/soak.js';

export const scenarios: readonly Scenario[] = [
  ...kills,
  ...[...floods, malformed, ...doors, ...content],
  ...soak,
  ...[...space, ...databases, ...pictures, ...folders, ...checkpoints, ...outputs],
  ...[...jobRaces, ...shotRaces, ...commandRaces],
];

export const fullName = ({ part, name }: Scenario): string => `${part}/${name}`;
