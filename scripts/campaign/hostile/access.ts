/** @file Who has no business here: wrong tokens, foreign hosts and origins, at every door; and heads without end. */
import type { Descriptor } from '../client/descriptor.js';
import { delay } from '../product/wait.js';
import { type Scenario, scenario } from '../scenario.js';
import { answerTo, openSocket } from './http.js';
import { targetPromises, underAttack } from './target.js';

const paths = ['/socket', '/status', '/files/shots/x', '/files/runs/x/metrics.jsonl', '/', '/%2e%2e/daemon.json'];

/** Heads of requests that must not get in: the host, then further lines. */
function intrusions({ url, token }: Descriptor): [host: string, ...lines: string[]][] {
  const { host, port } = new URL(url);
  const right = `Authorization: Bearer ${token}`;
  return [
    [host],
    [host, 'Authorization: Bearer '],
    [host, 'Authorization: Bearer wrong'],
    [host, `Authorization: Bearer ${token.slice(0, -1)}`],
    [host, `Authorization: Bearer ${token}x`],
    [host, `Authorization: Bearer ${token.toLowerCase() === token ? token.toUpperCase() : token.toLowerCase()}`],
    [host, `Authorization: ${token}`],
    [host, `Authorization: Basic ${Buffer.from(`:${token}`).toString('base64')}`],
    [host, `Cookie: token=${token}`],
    [`evil.example:${port}`, right],
    [`127.0.0.1.evil.example:${port}`, right],
    ['127.0.0.1:1', right],
    [`0.0.0.0:${port}`, right],
    [host, right, 'Origin: http://evil.example'],
    [host, right, 'Origin: null'],
    [host, right, `Origin: https://${host}`],
    [host, right, `Origin: http://${host}.evil.example`],
    [host, right, 'Origin: http://127.0.0.1:1'],
  ];
}

const requestHead = (path: string, host: string, lines: readonly string[]): string[] => {
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const socketLines = path === '/socket' ? [...upgrade, 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='] : [];
  const close = path === '/socket' ? [] : ['Connection: close'];
  return [`GET ${path} HTTP/1.1`, `Host: ${host}`, ...close, ...lines, ...socketLines];
};

const access = scenario({
  part: 'hostile',
  name: 'access',
  promises: {
    ...targetPromises,
    intruder: 'a wrong token is answered with 401, a foreign host or origin with 403, everywhere',
    owner: 'the right token gets in',
    scheme: '`Bearer` is understood in any case',
  },
  run: (round) =>
    underAttack(round, async ({ descriptor }) => {
      const { token, url } = descriptor;
      const { host } = new URL(url);
      for (const path of paths) {
        for (const [name, ...lines] of intrusions(descriptor)) {
          const { status } = await answerTo(descriptor, requestHead(path, name, lines));
          round.tally.accessTries++;
          const shown = `${path} with Host ${name}, ${lines.join(', ').replaceAll(token, 'TOKEN')}: ${status}`;
          round.check('intruder', status === 401 || status === 403, shown);
        }
      }
      const authorized = async (scheme: string): Promise<number> =>
        (await answerTo(descriptor, requestHead('/status', host, [`Authorization: ${scheme} ${token}`]))).status;
      round.check('owner', (await authorized('Bearer')) === 200, 'GET /status');
      const { status } = await answerTo(descriptor, requestHead('/socket', host, [`Authorization: Bearer ${token}`]));
      round.check('owner', status === 101, `an upgrade: ${status}`);
      for (const scheme of ['bearer', 'BEARER'])
        round.check('scheme', (await authorized(scheme)) === 200, `${scheme} is refused`);
    }),
});

const heads = scenario({
  part: 'hostile',
  name: 'heads',
  promises: { ...targetPromises, huge: 'a head of a request that is too large is refused' },
  run: (round) =>
    underAttack(round, async ({ descriptor }) => {
      const { token, url } = descriptor;
      const owner = [`Host: ${new URL(url).host}`, 'Connection: close', `Authorization: Bearer ${token}`];
      const { status: huge } = await answerTo(descriptor, [
        'GET /status HTTP/1.1',
        ...owner,
        `X-Long: ${'x'.repeat(1 << 20)}`,
      ]);
      round.check('huge', huge !== 200 && huge !== 101, `a line of 1 MiB: ${huge}`);
      const many = Array.from({ length: 20_000 }, (_, index) => `X-${index}: ${index}`);
      const { status: crowd } = await answerTo(descriptor, ['GET /status HTTP/1.1', ...owner, ...many]);
      round.check('huge', crowd !== 200 && crowd !== 101, `20,000 lines: ${crowd}`);
      // Heads that never end: each costs the daemon a connection.
      const sockets = await Promise.all(Array.from({ length: 300 }, () => openSocket(descriptor)));
      for (const socket of sockets) socket.write('GET /status HTTP/1.1\r\nHost: ');
      for (let drops = 0; drops < 10; drops++) {
        for (const socket of sockets) socket.write('x'.repeat(500));
        await delay(100);
      }
      round.tally.hostileMessages += sockets.length + 2;
      for (const socket of sockets) socket.destroy();
    }),
});

export const doors: readonly Scenario[] = [access, heads];
