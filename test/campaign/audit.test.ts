/** @file The campaign's audit reports what it is there for: each fault is made by hand once. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { auditEvents, auditProcesses, type auditPromises, findLost } from '../../scripts/campaign/kills/audit.js';
import { DaemonProcess, killAll } from '../../scripts/campaign/product/daemon.js';
import { processesOf } from '../../scripts/campaign/product/processes.js';
import { Random } from '../../scripts/campaign/random.js';
import { Tally } from '../../scripts/campaign/tally.js';
import { tensorsOf } from '../../scripts/campaign/workload/job.js';
import { makeShot, makeShots } from '../../scripts/campaign/workload/shot.js';
import { Workload } from '../../scripts/campaign/workload/workload.js';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lora-bridge-campaign-'));
  onTestFinished(async () => {
    killAll(join(folder, 'home'));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return folder;
}

/** Collects the ids of broken promises. */
function noteBroken() {
  const broken: string[] = [];
  const check = (promise: keyof typeof auditPromises, isHeld: boolean): void => {
    if (!isHeld) broken.push(promise);
  };
  return { broken, check };
}

describe.runIf(process.platform === 'linux')('the audit', () => {
  it('finds shots that are gone, have other bytes, or were never sent', { timeout: 60_000 }, async () => {
    const workload = new Workload(new Random('audit'), await emptyFolder());
    const daemon = await DaemonProcess.start(workload.home);
    await workload.connect();
    const [kept, damaged, removed, deleted] = await makeShots(new Random('shots'), 'figure', 4);
    if (!kept || !damaged || !removed || !deleted) throw new Error('Four shots were made.');
    const shots = [kept, damaged, removed, deleted];
    workload.upload(shots);
    await workload.uploaded();
    expect(await findLost(workload.client, workload.home, shots)).toEqual([]);

    const picture = (sha256: string): string => join(workload.home, 'pictures', sha256);
    await writeFile(picture(damaged.sha256), Buffer.alloc(damaged.bytes.length));
    await workload.client.request({ type: 'shot.remove', shots: [removed.id] });
    await rm(picture(deleted.sha256));
    const never = await makeShot(new Random('never'), 'figure');
    const lost = await findLost(workload.client, workload.home, [...shots, never]);
    expect(lost.map((line) => line.split(' ')[0])).toEqual([damaged.id, removed.id, deleted.id, never.id]);
    workload.disconnect();
    await daemon.stop();
  });

  it('finds events that come twice, out of order, or not at all', async () => {
    const auditOf = async (sequences: readonly number[], gaps: number): Promise<readonly string[]> => {
      const workload = new Workload(new Random('events'), await emptyFolder());
      workload.events.push(...sequences.map((sequence) => ({ type: 'job.changed', sequence })));
      workload.gaps = gaps;
      const { broken, check } = noteBroken();
      auditEvents({ check }, workload);
      return broken;
    };
    expect(await auditOf([1, 2, 5], 0)).toEqual([]);
    expect(await auditOf([1, 2, 2], 0)).toEqual(['events']);
    expect(await auditOf([1, 3, 2], 0)).toEqual(['events']);
    expect(await auditOf([1, 2, 3], 1)).toEqual(['events']);
  });

  it('finds a process that is left over', async () => {
    const home = join(await emptyFolder(), 'home');
    const child = spawn('sleep', ['60'], { env: { ...process.env, LORA_BRIDGE_HOME: home } });
    onTestFinished(() => void child.kill('SIGKILL'));
    await expect.poll(() => processesOf(home)).toHaveLength(1);
    const [tally, { broken, check }] = [new Tally(), noteBroken()];
    await auditProcesses({ tally, check }, home, 0);
    expect(broken).toEqual(['orphans']);
    expect(tally.orphans).toBe(1);
  });

  it('tells LoRAs apart by one bit of a tensor, and not by their metadata', async () => {
    const folder = await emptyFolder();
    const write = async (name: string, note: string, bits: number): Promise<string> => {
      const header = Buffer.from(
        JSON.stringify({ __metadata__: { note }, down: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }),
      );
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      const file = join(folder, name);
      await writeFile(file, Buffer.concat([length, header, Buffer.from([bits, 0, 0, 0])]));
      return file;
    };
    const one = await tensorsOf(await write('one', 'monday', 1));
    expect(await tensorsOf(await write('two', 'tuesday, longer', 1))).toBe(one);
    expect(await tensorsOf(await write('three', 'monday', 3))).not.toBe(one);
  });
});
