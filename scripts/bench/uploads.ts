/**
 * @file 200 shots of 1024 × 1024, acknowledged by a real daemon in its own process, compared with the simplest way to
 * make the same files durable: one after the other, with fsync, rename and fsync of the folder.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, fsyncSync, mkdirSync, mkdtempSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { DaemonClient } from '../../src/client/daemon-client.js';
import { type Benchmark, median } from './benchmark.js';

const shots = 200;
const size = 1024;
const warmUps = 1;
const rounds = 5;

/** A figure with soft edges and the grain of a shaded surface on a transparent background, as PNG: different for every seed. */
async function drawShot(seed: number): Promise<Buffer> {
  const pixels = Buffer.alloc(size * size * 4);
  let state = (seed + 1) * 2654435761;
  for (let y = 0; y < size; y++) {
    const halfWidth = 120 + 60 * Math.sin(y / 90 + seed);
    for (let x = 0; x < size; x++) {
      const distance = halfWidth - Math.abs(x - size / 2);
      if (distance < 0 || y < 60 || y > size - 60) continue;
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const grain = state >>> 29;
      const offset = (y * size + x) * 4;
      pixels[offset] = 150 + 40 * Math.sin(x / 40) + grain;
      pixels[offset + 1] = 110 + 50 * Math.sin(y / 70) + grain;
      pixels[offset + 2] = 90 + grain;
      pixels[offset + 3] = Math.min(255, distance * 40);
    }
  }
  return await sharp(pixels, { raw: { width: size, height: size, channels: 4 } })
    .png({ compressionLevel: 4 })
    .toBuffer();
}

/** Seconds for writing the files one after the other. */
function writeOneByOne(folder: string, pictures: readonly Buffer[]): number {
  mkdirSync(folder);
  const begun = performance.now();
  for (const [n, bytes] of pictures.entries()) {
    const temporary = join(folder, `${n}.tmp`);
    const file = openSync(temporary, 'wx');
    writeFileSync(file, bytes);
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, join(folder, `${n}.png`));
    const handle = openSync(folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  }
  return (performance.now() - begun) / 1000;
}

/** Runs `use` with a client of a daemon that has a data folder and a process of its own, and ends both. */
async function withDaemon(home: string, use: (client: DaemonClient) => Promise<void>): Promise<void> {
  const entry = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
  // By its first line, as a person's shell does, for the options there.
  const daemon = spawn(entry, ['daemon'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LORA_BRIDGE_HOME: home },
  });
  try {
    await once(daemon.stdout, 'data');
    const client = await DaemonClient.connect({ home, name: 'bench' });
    await use(client);
    const exited = once(daemon, 'exit');
    await client.request({ type: 'daemon.stop' });
    await client.close();
    await exited;
  } finally {
    daemon.kill('SIGKILL');
  }
}

/**
 * Seconds from the first byte sent to the last acknowledgement. Returns once the daemon has also looked at all shots, which it
 * does afterwards. They come with their head rectangle, as from Unity.
 */
async function upload(client: DaemonClient, pictures: readonly Buffer[]): Promise<number> {
  let uninspected = pictures.length;
  const inspected = new Promise<void>((resolve, reject) => {
    client.on('event', (event) => {
      if (event.type === 'shot.rejected') reject(new Error(event.error.message));
      if (event.type === 'shot.inspected' && --uninspected === 0) resolve();
    });
  });
  // It may be rejected before anybody waits for it.
  inspected.catch(() => {});
  const regions = { head: { x: 400, y: 60, width: 200, height: 200, confidence: 1 } };
  const begun = performance.now();
  const statuses = await Promise.all(
    pictures.map((bytes, n) =>
      client.upload({ id: randomUUID(), character: 'bench', name: `shot ${n}`, yaw: 0, regions }, bytes),
    ),
  );
  const seconds = (performance.now() - begun) / 1000;
  if (statuses.some((status) => status !== 'stored')) throw new Error('A shot was not new.');
  await inspected;
  client.removeAllListeners('event');
  return seconds;
}

/** The pictures of a round: bytes behind the end of a PNG make another file of the same picture. */
const ofRound = (pictures: readonly Buffer[], round: number): Buffer[] =>
  pictures.map((bytes) => Buffer.concat([bytes, Buffer.from([round])]));

export const uploads: Benchmark = {
  name: 'uploads',
  async run(say) {
    const folder = mkdtempSync(join(tmpdir(), 'lora-bridge-bench-'));
    try {
      say(`drawing ${shots} shots of ${size} × ${size}`);
      const pictures: Buffer[] = [];
      for (let n = 0; n < shots; n++) pictures.push(await drawShot(n));
      const times: { plain: number; acknowledged: number }[] = [];
      await withDaemon(join(folder, 'home'), async (client) => {
        for (let round = 0; round < warmUps + rounds; round++) {
          say(round < warmUps ? 'warm-up' : `round ${round} of ${rounds}`);
          const own = ofRound(pictures, round);
          const plain = writeOneByOne(join(folder, `plain-${round}`), own);
          times.push({ plain, acknowledged: await upload(client, own) });
        }
      });
      times.splice(0, warmUps);
      const megabytes = pictures.reduce((sum, { length }) => sum + length, 0) / 1e6;
      say(`${megabytes.toFixed(0)} MB in all`);
      return [
        { name: 'plain files, one by one', value: median(times.map(({ plain }) => plain)), unit: 's' },
        { name: 'acknowledged shots', value: median(times.map(({ acknowledged }) => acknowledged)), unit: 's' },
        {
          name: 'acknowledged / plain',
          value: median(times.map(({ plain, acknowledged }) => acknowledged / plain)),
          unit: '×',
          atMost: 1.5,
        },
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
