/** @file Looking at shots with a real child process: what it finds, and what harms only one shot. */

import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { Inspector } from '../../src/jobs/inspector.js';
import type { Region } from '../../src/protocol/shot.js';
import { openStore, type Store } from '../../src/store/store.js';
import { shotOf } from '../store/support.js';
import { fake, silentLog, temporaryHome } from './support.js';

async function openInspector(entry: string, deadlineSeconds = 20): Promise<{ store: Store; inspector: Inspector }> {
  const home = temporaryHome();
  const store = await openStore(home);
  const logFile = join(home.logs, 'inspector.log');
  const inspector = new Inspector({ store, log: silentLog, entry, logFile, deadlineSeconds, idleSeconds: 30 });
  onTestFinished(async () => {
    await inspector.close();
    await store.database.close();
  });
  return { store, inspector };
}

async function add(store: Store, name: string, bytes: Buffer, head?: Region): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const id = randomUUID();
  const regions = head === undefined ? {} : { regions: { head } };
  await store.intake.add({ id, character: 'Godette', name, sha256, bytes: bytes.length, ...regions }, bytes);
  return id;
}

/** Wakes the inspector and waits until every shot is inspected. */
async function inspectAll({ store, inspector }: { store: Store; inspector: Inspector }): Promise<void> {
  inspector.wake();
  while (inspector.busy) await delay(10);
  expect(store.shots.uninspected(1)).toEqual([]);
}

test('a crash and a hang reject only their own shot', async () => {
  const opened = await openInspector(fake('inspector'), 3);
  const { store } = opened;
  const head = { x: 5, y: 6, width: 7, height: 8, confidence: 0.75 };
  const first = await add(store, 'first', Buffer.from('fine'), head);
  const crash = await add(store, 'crash', Buffer.from('crash'));
  const hang = await add(store, 'hang', Buffer.from('hang'));
  const last = await add(store, 'last', Buffer.from('fine too'));
  await inspectAll(opened);
  expect(store.shots.get(first)).toMatchObject({ state: 'inspected', width: 64, face: { ...head, source: 'region' } });
  expect(store.shots.get(crash)).toMatchObject({ state: 'rejected', error: { code: 'input.picture.crash' } });
  expect(store.shots.get(hang)).toMatchObject({ state: 'rejected', error: { code: 'input.picture.crash' } });
  expect(store.shots.get(last)).toMatchObject({ state: 'inspected', face: { source: 'silhouette' } });
  const events = store.events.after(0, 10).map((event) => [event.type, 'name' in event && event.name]);
  expect(events).toEqual([
    ['shot.inspected', 'first'],
    ['shot.rejected', 'crash'],
    ['shot.rejected', 'hang'],
    ['shot.inspected', 'last'],
  ]);
});

test('a crash that was not the fault of the image rejects no shot', async () => {
  const opened = await openInspector(fake('inspector'), 3);
  const { store } = opened;
  const unlucky = await add(store, 'unlucky', Buffer.from('once: crash'));
  const killed = await add(store, 'killed', Buffer.from('thrice: kill'));
  await inspectAll(opened);
  expect(store.shots.get(unlucky)?.state).toBe('inspected');
  expect(store.shots.get(killed)?.state).toBe('inspected');
});

test('a shot that is sent again is inspected again, with its image restored', async () => {
  const opened = await openInspector(fake('inspector'), 3);
  const { store } = opened;
  const bytes = Buffer.from('fine');
  const shot = shotOf(bytes);
  await store.intake.add(shot, bytes);
  const file = store.pictures.path(shot.sha256);
  for (const damage of [() => rmSync(file), () => writeFileSync(file, 'f1ne'), () => writeFileSync(file, 'fin')]) {
    await inspectAll(opened);
    damage();
    expect(await store.intake.add(shot, bytes)).toBe('duplicate');
    expect(readFileSync(file)).toEqual(bytes);
    expect(store.shots.get(shot.id)?.state).toBe('stored');
  }
  store.shots.inspected(shot.id, { error: { code: 'input.picture.crash', message: 'x', retryable: false } });
  await store.intake.add(shot, bytes);
  await inspectAll(opened);
  expect(store.shots.get(shot.id)).toMatchObject({ state: 'inspected' });
  expect(store.shots.get(shot.id)?.error).toBeUndefined();
});

test('a child that cannot start rejects no shot', async () => {
  const { store, inspector } = await openInspector(fake('absent'));
  const id = await add(store, 'waiting', Buffer.from('fine'));
  inspector.wake();
  while (inspector.busy) await delay(10);
  expect(store.shots.get(id)?.state).toBe('stored');
  expect(store.events.latest).toBe(0);
});

test('a child that was ended while idle is replaced', async () => {
  const opened = await openInspector(fake('inspector'), 3);
  const { store } = opened;
  await add(store, 'first', Buffer.from('leave'));
  await inspectAll(opened);
  await delay(500);
  const second = await add(store, 'second', Buffer.from('fine'));
  await inspectAll(opened);
  expect(store.shots.get(second)?.state).toBe('inspected');
});

test('a shot removed before its turn is passed over', async () => {
  const opened = await openInspector(fake('inspector'));
  const { store, inspector } = opened;
  const id = await add(store, 'gone', Buffer.from('fine'));
  inspector.wake();
  store.shots.remove(id);
  await inspectAll(opened);
  expect(store.events.latest).toBe(0);
});

test('the real child decodes a picture and rejects a truncated one', async () => {
  const entry = fileURLToPath(new URL('../../dist/jobs/inspector-main.js', import.meta.url));
  const opened = await openInspector(entry, 60);
  const { store } = opened;
  const png = await sharp({
    create: { width: 96, height: 128, channels: 4, background: { r: 200, g: 80, b: 40, alpha: 1 } },
  })
    .png()
    .toBuffer();
  const head = { x: 30, y: 10, width: 36, height: 36, confidence: 1 };
  const whole = await add(store, 'whole', png, head);
  const cut = await add(store, 'cut', png.subarray(0, png.length - 30), head);
  await inspectAll(opened);
  expect(store.shots.get(whole)).toMatchObject({
    state: 'inspected',
    width: 96,
    height: 128,
    face: { source: 'region' },
  });
  expect(store.shots.get(cut)).toMatchObject({ state: 'rejected', error: { code: 'input.picture.damaged' } });
});
