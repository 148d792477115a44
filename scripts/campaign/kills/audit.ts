/** @file What must be true of a data folder after everything that was done to it. */
import type { Client } from '../client/client.js';
import { httpGet, readDescriptor } from '../client/descriptor.js';
import type { ShotDescription } from '../client/messages.js';
import { type ProductProcess, processesOf } from '../product/processes.js';
import { waitFor } from '../product/wait.js';
import type { Round } from '../scenario.js';
import { tensorsOfJob, trainUninterrupted } from '../workload/job.js';
import { type Shot, sha256Of } from '../workload/shot.js';
import { character, type Workload } from '../workload/workload.js';

export const auditPromises = {
  lost: 'an acknowledged shot is listed, and served with the same bytes',
  rejected: 'a good image is not rejected, whatever dies',
  refused: 'a good shot is not refused for good',
  events: 'a returning client gets every event once, in order',
  unfinished: 'every job comes to its end',
  equal: 'a resumed LoRA equals an uninterrupted one bit for bit',
  orphans: 'no process is left over',
} as const;
export type AuditRound = Round<keyof typeof auditPromises>;

/** Acknowledged shots that the daemon no longer has as they were, and why. */
export async function findLost(client: Client, home: string, shots: readonly Shot[]): Promise<string[]> {
  const descriptor = await readDescriptor(home);
  const listed = new Map<string, ShotDescription>();
  for (const name of new Set(shots.map((shot) => shot.character)))
    for (const shot of await client.shots(name)) listed.set(shot.id, shot);
  const lost: string[] = [];
  for (const { id, sha256 } of shots) {
    const { status, body } = await httpGet(descriptor, `/files/shots/${id}`);
    // A list ends at 1,000 shots, the newest first.
    const isListed = listed.has(id) || listed.size >= 1000;
    if (!isListed) lost.push(`${id} is not listed`);
    else if (status !== 200) lost.push(`${id} is answered with ${status}`);
    else if (sha256Of(body) !== sha256) lost.push(`${id} is served with other bytes`);
  }
  return lost;
}

export async function auditShots(round: AuditRound, workload: Workload): Promise<void> {
  const lost = await findLost(workload.client, workload.home, [...workload.acknowledged.values()]);
  round.tally.lostShots += lost.length;
  round.check('lost', lost.length === 0, lost.slice(0, 5).join('; '));
  round.check('refused', workload.refusals.length === 0, workload.refusals.slice(0, 3).join('; '));
}

/** Waits until all shots were inspected, which all of them pass. */
export async function auditInspections(round: AuditRound, workload: Workload): Promise<void> {
  const pending = await waitFor(
    90,
    async () => {
      const shots = await workload.client.shots(character);
      return shots.some(({ state }) => state === 'stored') ? undefined : shots;
    },
    200,
  );
  round.check('unfinished', pending !== undefined, 'shots are not inspected within 90 s');
  const rejected = (pending ?? []).filter(({ state }) => state === 'rejected');
  round.check('rejected', rejected.length === 0, `${rejected.length} rejected, first: ${rejected[0]?.error?.message}`);
}

/** Sequence numbers grow from event to event, over all connections, and no resume left a gap. */
export function auditEvents(round: Pick<AuditRound, 'check'>, workload: Workload): void {
  workload.disconnect();
  const numbers = workload.events.map(({ sequence = 0 }) => sequence);
  const isAscending = numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
  round.check('events', isAscending && workload.gaps === 0, `${workload.gaps} gaps, ascending: ${isAscending}`);
}

/** Takes every job to its success and compares the LoRA of those that were disturbed. */
export async function auditJobs(round: AuditRound, workload: Workload): Promise<void> {
  const unfinished = await workload.finishJobs(120);
  round.tally.unfinishedJobs += unfinished.length;
  const states = await Promise.all(unfinished.map(({ id }) => workload.client.job('job.status', id)));
  round.check('unfinished', unfinished.length === 0, JSON.stringify(states.slice(0, 3)));
  for (const { id, seed, isFinished, wasDisturbed } of workload.jobs) {
    if (!isFinished || !wasDisturbed) continue;
    const expected = await round.share(`uninterrupted ${seed}`, (folder) => trainUninterrupted(folder, seed));
    const isEqual = (await tensorsOfJob(await workload.client.job('job.status', id))) === expected;
    round.tally.resumedLoras++;
    if (isEqual) round.tally.equalLoras++;
    round.check('equal', isEqual, `job ${id}, seed ${seed}`);
  }
}

/** Nothing of a data folder runs any more, at the latest after `seconds`. */
export async function auditProcesses(
  round: Pick<Round<'orphans'>, 'tally' | 'check'>,
  home: string,
  seconds = 15,
): Promise<void> {
  let left: ProductProcess[] = [];
  await waitFor(seconds, () => {
    left = processesOf(home);
    return left.length === 0 || undefined;
  });
  round.tally.orphans += left.length;
  round.check('orphans', left.length === 0, left.map(({ pid, commandLine }) => `${pid}: ${commandLine}`).join('; '));
}
