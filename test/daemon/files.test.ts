/** @file Files of runs over HTTP, and nothing else. */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { descriptorOf } from './raw-client.js';
import { connect, shotNamed, someBytes, someOptions, startTestDaemon, temporaryFolder } from './support.js';

// Windows lets only administrators make links.
test.skipIf(process.platform === 'win32')('gives what lies in a run folder, and never what lies outside', async () => {
  const { home } = await startTestDaemon();
  const client = await connect(home.folder);
  await client.upload(shotNamed('walk'), someBytes());
  const job = randomUUID();
  const out = join(temporaryFolder(), 'run');
  await client.request({ type: 'job.start', job, character: 'Godette', out, options: someOptions() });
  await client.waitForJob(job);

  const { url, token } = await descriptorOf(home);
  const { hostname, port } = new URL(url);
  // `fetch` would tidy the path up before it is sent.
  const get = async (path: string, method = 'GET'): Promise<[number | undefined, string]> => {
    const sent = request({ hostname, port, path, method, headers: { authorization: `Bearer ${token}` } });
    sent.end();
    const [response] = await once(sent, 'response');
    return [response.statusCode, await text(response)];
  };
  mkdirSync(join(out, 'dataset', 'pictures'));
  writeFileSync(join(out, 'dataset', 'pictures', 'a name & ünïcode.txt'), 'fine');
  writeFileSync(join(out, 'metrics.jsonl'), '');
  for (const file of ['key.pem', join('samples', 'note.txt')]) writeFileSync(join(out, file), 'secret');
  symlinkSync(join(out, '..', 'secret'), join(out, 'samples', 'step-000099.jpg'));
  writeFileSync(join(out, '..', 'secret'), 'secret');
  mkdirSync(join(out, '..', 'run-2'));
  writeFileSync(join(out, '..', 'run-2', 'secret'), 'secret');
  symlinkSync(join(out, '..', 'secret'), join(out, 'link'));
  symlinkSync(join(out, '..'), join(out, 'up'));

  const run = `/files/runs/${job}`;
  expect(await get(`${run}/samples/step-000005.jpg`)).toEqual([200, 'preview 5']);
  expect(await get(`${run}/dataset/pictures/a%20name%20%26%20%C3%BCn%C3%AFcode.txt?x=1`)).toEqual([200, 'fine']);
  expect(await get(`${run}/metrics.jsonl`)).toEqual([200, '']);
  expect(await get(`${run}/lora.safetensors`, 'HEAD')).toEqual([200, '']);
  const outside = [
    `${run}/../secret`,
    `${run}/..%2fsecret`,
    `${run}/%2e%2e/secret`,
    `${run}/..%5csecret`,
    `${run}/samples/../../secret`,
    `${run}/link`,
    `${run}/key.pem`,
    `${run}/run.json`,
    `${run}/engine-job.json`,
    `${run}/samples/note.txt`,
    `${run}/samples/step-000099.jpg`,
    `${run}/up/secret`,
    `${run}/../run-2/secret`,
    `${run}//etc/passwd`,
    `${run}/%2fetc%2fpasswd`,
    `${run}/lora.safetensors%00.jpg`,
    `${run}/%`,
    `${run}/samples`,
    run,
    `/files/runs/${randomUUID()}/lora.safetensors`,
    `/files/runs/../daemon.json`,
    '/files/shots/../../daemon.json',
    '/files/daemon.json',
    '/daemon.json',
  ];
  for (const path of outside) expect([path, (await get(path))[0]]).toEqual([path, 404]);
});

test('what was in the folder before the run is not served, even under the name of a file of a run', async () => {
  const { home } = await startTestDaemon();
  const client = await connect(home.folder);
  await client.upload(shotNamed('walk'), someBytes());
  const [job, out] = [randomUUID(), temporaryFolder()];
  writeFileSync(join(out, 'config.json'), '{"password": "secret"}');
  await client.request({ type: 'job.start', job, character: 'Godette', out, options: someOptions() });
  await client.waitForJob(job);
  const { url, token } = await descriptorOf(home);
  const get = (file: string) =>
    fetch(`${url}/files/runs/${job}/${file}`, { headers: { authorization: `Bearer ${token}` } });
  expect((await get('config.json')).status).toBe(404);
  expect((await get('lora.safetensors')).status).toBe(200);
});

test('an image that was damaged on the disk is not served', async () => {
  const { home } = await startTestDaemon();
  const client = await connect(home.folder);
  const [shot, bytes] = [shotNamed('walk'), someBytes()];
  await client.upload(shot, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { url, token } = await descriptorOf(home);
  const get = () => fetch(`${url}/files/shots/${shot.id}`, { headers: { authorization: `Bearer ${token}` } });
  expect((await get()).status).toBe(200);
  writeFileSync(join(home.pictures, sha256), someBytes());
  expect((await get()).status).toBe(500);
  await client.upload(shot, bytes);
  expect(Buffer.from(await (await get()).arrayBuffer())).toEqual(bytes);
});
