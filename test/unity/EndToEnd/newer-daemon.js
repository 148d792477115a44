/** @file A daemon of a later protocol version: writes its descriptor to the folder LORA_BRIDGE_HOME, says hello, and counts greetings. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';

const home = process.env.LORA_BRIDGE_HOME;
const uuid = '00000000-0000-4000-8000-000000000000';
const server = createServer((_, response) => response.end('{}'));

new WebSocketServer({ server, path: '/socket' }).on('connection', (socket) => {
  socket.send(JSON.stringify({ type: 'hello', protocol: 2, server: '9.0.0', instance: uuid, epoch: uuid }));
  // Whoever goes on talking did not read the version.
  socket.on('message', () => console.log('a message after hello'));
});

server.listen(0, '127.0.0.1', () => {
  mkdirSync(home, { recursive: true });
  const { port } = server.address();
  const descriptor = { url: `http://127.0.0.1:${port}`, token: 'token', pid: process.pid, instance: uuid, protocol: 2 };
  writeFileSync(join(home, 'daemon.tmp'), JSON.stringify(descriptor));
  renameSync(join(home, 'daemon.tmp'), join(home, 'daemon.json'));
  console.log('listening');
});
