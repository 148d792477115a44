/** @file Access control: every entry point, with and without valid credentials. */
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { descriptorOf } from './raw-client.js';
import { startTestDaemon } from './support.js';

type Headers = Record<string, string>;

/** Status of a plain request. `fetch` would not let us choose the Host. */
async function statusOf(url: string, headers: Headers, method = 'GET'): Promise<number | undefined> {
  const sent = request(url, { headers, method });
  sent.end();
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}

/** 101 when the upgrade succeeds, else the status of the refusal. */
async function upgradeOf(url: string, headers: Headers): Promise<number> {
  const socket = new WebSocket(url.replace('http', 'ws'), { headers });
  socket.on('error', () => {});
  const status = await new Promise<number>((resolve) => {
    socket.once('open', () => resolve(101));
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
  });
  socket.terminate();
  return status;
}

test('token, host and origin are checked at every entry point', async () => {
  const { home } = await startTestDaemon();
  const { url, token } = await descriptorOf(home);
  const { host, port } = new URL(url);
  const right = { authorization: `Bearer ${token}` };
  const cases: [Headers, 200 | 401 | 403][] = [
    [right, 200],
    [{ authorization: `bearer ${token}` }, 200],
    [{ authorization: `BEARER  ${token}` }, 200],
    [{ ...right, host: `localhost:${port}` }, 200],
    [{ ...right, origin: `http://${host}` }, 200],
    [{}, 401],
    [{ authorization: token }, 401],
    [{ authorization: 'Bearer ' }, 401],
    [{ authorization: `Basic ${token}` }, 401],
    [{ authorization: `Bearer ${token.slice(1)}` }, 401],
    [{ authorization: `Bearer ${'x'.repeat(token.length)}` }, 401],
    [{ ...right, host: `evil.example:${port}` }, 403],
    [{ ...right, host: '127.0.0.1:1' }, 403],
    [{ ...right, origin: 'http://evil.example' }, 403],
    [{ ...right, origin: 'null' }, 403],
  ];
  for (const [headers, status] of cases) {
    for (const path of ['/status', '/files/shots/x', '/']) {
      const expected = status === 200 && path !== '/status' ? 404 : status;
      expect([headers, path, await statusOf(`${url}${path}`, headers)]).toEqual([headers, path, expected]);
    }
    const expected = status === 200 ? 101 : status;
    expect([headers, await upgradeOf(`${url}/socket`, headers)]).toEqual([headers, expected]);
  }
  expect(await upgradeOf(`${url}/elsewhere`, right)).toBe(404);
  expect(await statusOf(`${url}/status`, right, 'POST')).toBe(405);
});

test('the status has what a person asks first', async () => {
  const { home } = await startTestDaemon();
  const { url, token, instance } = await descriptorOf(home);
  const response = await fetch(`${url}/status`, { headers: { authorization: `Bearer ${token}` } });
  expect(await response.json()).toMatchObject({ protocol: 1, instance, pid: process.pid, clients: 0, jobs: [] });
});

test.skipIf(process.platform === 'win32')('only the owner may read the descriptor', async () => {
  const { home } = await startTestDaemon();
  expect(statSync(home.descriptor).mode & 0o777).toBe(0o600);
});
