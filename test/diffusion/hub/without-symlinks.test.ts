/** @file The hub's cache where links are not allowed: Windows without the privilege, and file systems that have none. The refusals are faked. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { downloadModel } from '../../../src/diffusion/hub/download-model.js';
import { checksumOf, HubServer } from './hub-server.js';

/** The error codes with which links are refused; undefined: they work. */
const refusals = vi.hoisted((): { symlink?: string | undefined; link?: string | undefined } => ({}));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const refusing = (what: 'symlink' | 'link') => async (target: string, name: string) => {
    const code = refusals[what];
    if (code !== undefined) throw Object.assign(new Error(code), { code, syscall: what });
    await real[what](target, name);
  };
  return { ...real, symlink: refusing('symlink'), link: refusing('link') };
});

const weights = randomBytes(200_000);
/** A repository that has the same bytes under two names. */
const files = (commit: string) => ({
  commit,
  files: {
    'model_index.json': Buffer.from('{"_class_name": "StableDiffusionPipeline"}'),
    'unet/diffusion_pytorch_model.safetensors': weights,
    'vae/diffusion_pytorch_model.safetensors': weights,
  },
});
const repository = { repository: 'someone/twice', file: undefined };

let cache: string;
let hub: HubServer;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'hub-cache-'));
  hub = new HubServer({ 'someone/twice': files('0123456789abcdef0123456789abcdef01234567') });
  vi.stubEnv('HF_ENDPOINT', await hub.open());
  for (const name of ['HF_HUB_CACHE', 'HF_HOME']) vi.stubEnv(name, cache);
  for (const name of ['HF_TOKEN', 'HF_HUB_OFFLINE']) vi.stubEnv(name, '');
});

afterEach(async () => {
  refusals.symlink = undefined;
  refusals.link = undefined;
  vi.unstubAllEnvs();
  await hub.close();
  await rm(cache, { recursive: true });
});

const weightRequests = (): number =>
  hub.requests.filter(({ path }) => path.includes('/resolve/') && path.endsWith('.safetensors')).length;

test.each(['EPERM', 'UNKNOWN'])(
  'after %s for symbolic links a blob has a second name, and comes once',
  async (code) => {
    refusals.symlink = code;
    const folder = await downloadModel(repository);
    for (const path of ['unet', 'vae']) {
      const file = join(folder, path, 'diffusion_pytorch_model.safetensors');
      expect((await readFile(file)).equals(weights)).toBe(true);
    }
    expect((await stat(join(cache, 'models--someone--twice', 'blobs', checksumOf(weights)))).nlink).toBe(3);
    expect(weightRequests()).toBe(1);
  },
);

test('without hard links too it is moved into the snapshot, as by Python', async () => {
  refusals.symlink = 'EPERM';
  refusals.link = 'EINVAL';
  const folder = await downloadModel(repository);
  for (const path of ['unet', 'vae'])
    expect((await readFile(join(folder, path, 'diffusion_pytorch_model.safetensors'))).equals(weights)).toBe(true);
  await expect(stat(join(cache, 'models--someone--twice', 'blobs', checksumOf(weights)))).rejects.toThrow('ENOENT');
});

test('a full disk is no lack of links', async () => {
  refusals.symlink = 'ENOSPC';
  await expect(downloadModel(repository)).rejects.toMatchObject({ code: 'ENOSPC' });
});
