/** @file All scenarios, and how rounds take turns. */
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
import { orphan } from './kills/orphan.js';
import { commandRaces } from './races/commands.js';
import { jobRaces } from './races/jobs.js';
import { shotRaces } from './races/shots.js';
import { parts, type Scenario } from './scenario.js';
import { soak } from './soak/soak.js';

export const scenarios: readonly Scenario[] = [
  ...[...kills, orphan],
  ...[...floods, malformed, ...doors, ...content],
  ...soak,
  ...[...space, ...databases, ...pictures, ...folders, ...checkpoints, ...outputs],
  ...[...jobRaces, ...shotRaces, ...commandRaces],
];

export const fullName = ({ part, name }: Scenario): string => `${part}/${name}`;

/** One cycle of rounds: every scenario once, the parts by turns, a kill before every second one, the soak at the end. */
export function turnsOf(chosen: readonly Scenario[]): readonly Scenario[] {
  const of = (part: string): Scenario[] => chosen.filter((scenario) => scenario.part === part);
  const [killing, soaking] = [of('kills'), of('soak')];
  const rest = parts.filter((part) => part !== 'kills' && part !== 'soak').map(of);
  const longest = Math.max(...rest.map(({ length }) => length));
  const others = Array.from({ length: longest }, (_, index) => rest.flatMap((part) => part[index] ?? [])).flat();
  if (others.length === 0) return [...killing, ...soaking];
  const turns = others.flatMap((other, index) => {
    const kill = index % 2 === 0 ? killing[(index / 2) % killing.length] : undefined;
    return kill === undefined ? [other] : [kill, other];
  });
  return [...turns, ...soaking];
}
