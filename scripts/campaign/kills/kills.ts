/** @file Kills of every process at random moments, with shots and jobs under way: the life of one data folder a round. */
import { terminalStates } from '../client/messages.js';
import { DaemonProcess, StartRefused } from '../product/daemon.js';
import { processesOf, type Role } from '../product/processes.js';
import { delay, waitFor, within } from '../product/wait.js';
import { type Round, type Scenario, scenario } from '../scenario.js';
import { Workload } from '../workload/workload.js';
import { auditEvents, auditInspections, auditJobs, auditProcesses, auditPromises, auditShots } from './audit.js';

const promises = {
  ...auditPromises,
  restart: 'a daemon starts at once on the data folder of a killed one',
  survives: 'the daemon survives the death of its children',
  stop: 'the daemon ends with exit code 0 within 60 s of SIGTERM',
} as const;
type KillRound = Round<keyof typeof promises>;

type Victim = Exclude<Role, 'other'>;
type Way = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP';
const ways: readonly Way[] = ['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGSTOP'];

/** Ends a process. SIGSTOP freezes it for a while, as a suspended machine does, and then kills it. */
async function end(pid: number, way: Way, frozenMilliseconds: number): Promise<void> {
  try {
    process.kill(pid, way);
    if (way !== 'SIGSTOP') return;
    await delay(frozenMilliseconds);
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself just now.
  }
}

/** How far a training must be when its process or the daemon is killed: 0 is before its first checkpoint. */
const stepsBeforeKill = [0, 0, 5, 9, 14];

/** Waits until the job under way has done so many steps; false when it ends before. */
async function reachStep(workload: Workload, step: number, victim: Victim): Promise<boolean> {
  const job = workload.jobs.find(({ isFinished }) => !isFinished);
  if (step === 0 || job === undefined || (victim !== 'trainer' && victim !== 'daemon')) return true;
  const isReached = await waitFor(
    60,
    async () => {
      const { state, step: done = 0 } = await workload.client.job('job.status', job.id);
      if (terminalStates.includes(state)) return false;
      return (state === 'running' && done >= step) || undefined;
    },
    10,
  );
  return isReached === true;
}

/** Does some work, ends the victim in the middle of it; whether there was a victim. */
async function killAmidWork(
  round: KillRound,
  workload: Workload,
  daemon: DaemonProcess,
  victim: Victim,
): Promise<Way | undefined> {
  const { random, tally } = round;
  const way = random.pick(ways);
  const [shots, moment, frozen] = [random.integer(5, 25), random.integer(0, 600), random.integer(50, 800)];
  await workload.makeAndUpload(shots);
  await workload.keepTraining();
  const isInspecting = (): boolean => workload.client.events.some(({ type }) => type === 'shot.inspected');
  const find = (): number | undefined => {
    if (victim === 'daemon') return daemon.pid;
    // An inspector that still starts has no shot that could suffer.
    if (victim === 'inspector' && !isInspecting()) return undefined;
    return processesOf(workload.home).find(({ role }) => role === victim)?.pid;
  };
  const pid = (await reachStep(workload, random.pick(stepsBeforeKill), victim)) ? await waitFor(15, find) : undefined;
  if (pid === undefined) return undefined;
  // The daemon also dies while it prepares and trains, not only while shots arrive.
  await delay(victim === 'daemon' ? moment * random.integer(0, 5) : moment / 4);
  for (const job of workload.jobs) job.wasDisturbed ||= !job.isFinished;
  tally.notePeak(daemon.memory.peak);
  await end(pid, way, frozen);
  tally.kills++;
  return way;
}

async function restart(round: KillRound, workload: Workload, daemon: DaemonProcess, way: Way): Promise<DaemonProcess> {
  if (way === 'SIGTERM') {
    const { exitCode } = await within(60, 'The end after SIGTERM', daemon.ended);
    round.check('stop', exitCode === 0, `exit code ${exitCode}: ${daemon.stderr.slice(-300)}`);
  } else await within(10, 'The end after SIGKILL', daemon.ended);
  workload.disconnect();
  // At once, or when nothing can be left of the killed one.
  if (round.random.next() < 0.3) await auditProcesses(round, workload.home);
  try {
    const next = await DaemonProcess.start(workload.home);
    round.check('restart', true, '');
    return next;
  } catch (error) {
    if (error instanceof StartRefused) round.check('restart', false, error.message);
    throw error;
  }
}

async function live(round: KillRound, victim: Victim): Promise<void> {
  const workload = new Workload(round.random, round.folder);
  const kills = round.random.integer(3, 8);
  let daemon = await DaemonProcess.start(workload.home);
  await workload.connect();
  for (let kill = 0; kill < kills; kill++) {
    const way = await killAmidWork(round, workload, daemon, victim);
    if (way !== undefined && victim === 'daemon') {
      daemon = await restart(round, workload, daemon, way);
      await workload.connect();
    } else round.check('survives', daemon.isAlive, daemon.stderr.slice(-300));
    await workload.uploaded();
    await auditShots(round, workload);
  }
  await auditJobs(round, workload);
  await auditInspections(round, workload);
  auditEvents(round, workload);
  round.tally.acknowledgedShots += workload.acknowledged.size;
  round.tally.jobs += workload.jobs.length;
  round.tally.notePeak(daemon.memory.peak);
  const { exitCode } = await daemon.stop();
  round.check('stop', exitCode === 0, `exit code ${exitCode}: ${daemon.stderr.slice(-300)}`);
  await auditProcesses(round, workload.home);
}

const killing = (victim: Victim): Scenario =>
  scenario<keyof typeof promises>({
    part: 'kills',
    name: victim,
    promises,
    run: (round) => live(round, victim),
  });

const victims: readonly Victim[] = ['daemon', 'trainer', 'dataset', 'inspector'];
export const kills: readonly Scenario[] = victims.map(killing);
