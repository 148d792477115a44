/**
 * @file A daemon that does one thing only, for tests of the C# client: node scripted.mjs DESCRIPTOR MODE. Prints a line for each
 * connection and text message. Modes: `version` speaks protocol 2; `mute` says welcome and then nothing, not even to a ping;
 * `patient` answers pings; `malformed` closes with 4000 what it is sent.
 */
import { randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const [descriptor, mode] = process.argv.slice(2);
const protocol = mode === 'version' ? 2 : 1;
// Answers HTTP status requests like a running daemon.
const http = createServer((_, response) => response.end('{}'));
const server = new WebSocketServer({ server: http });

const sayWelcome = (send) =>
  send({
    type: 'welcome',
    session: randomUUID(),
    credits: 1,
    maxShotBytes: 1 << 20,
    silenceSeconds: 1,
    sequence: 0,
    replayFrom: 1,
  });

server.on('connection', (socket) => {
  const send = (message) => socket.send(JSON.stringify(message));
  console.log('connected');
  send({ type: 'hello', protocol, server: '9', instance: randomUUID(), epoch: randomUUID() });
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    const message = JSON.parse(data.toString());
    console.log(message.type);
    if (message.type === 'identify') sayWelcome(send);
    else if (mode === 'patient') send({ type: 'pong', request: message.request });
    else if (mode === 'malformed') socket.close(4000);
  });
});

http.listen(0, '127.0.0.1', () => {
  const { port } = http.address();
  const content = { url: `http://127.0.0.1:${port}`, token: 'x', pid: process.pid, instance: randomUUID(), protocol };
  writeFileSync(`${descriptor}.new`, JSON.stringify(content));
  renameSync(`${descriptor}.new`, descriptor);
});
