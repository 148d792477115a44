/** @file Settings for the Hugging Face hub, from the environment variables that Python's huggingface_hub reads too. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { getHFHubCachePath, HUB_URL } from '@huggingface/hub';

export interface HubEnvironment {
  /** `HF_ENDPOINT`, or the hub itself; without a trailing slash. */
  readonly endpoint: string;
  /** `HF_TOKEN`, or the token stored by `hf auth login`. */
  readonly token: string | undefined;
  /** `HF_HUB_OFFLINE`: no network requests. */
  readonly offline: boolean;
  /** Folder of the cache shared with Python: `HF_HUB_CACHE`, or `hub` in `HF_HOME`. */
  readonly cache: string;
}

export async function hubEnvironment(): Promise<HubEnvironment> {
  const { HF_ENDPOINT, HF_HUB_OFFLINE } = process.env;
  return {
    endpoint: (HF_ENDPOINT || HUB_URL).replace(/\/+$/, ''),
    token: await hubToken(),
    offline: /^(1|on|yes|true)$/i.test(HF_HUB_OFFLINE ?? ''),
    cache: getHFHubCachePath(),
  };
}

async function hubToken(): Promise<string | undefined> {
  const { HF_TOKEN, HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME } = process.env;
  if (HF_TOKEN?.trim()) return HF_TOKEN.trim();
  const home = HF_HOME ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'huggingface');
  const stored = await readFile(HF_TOKEN_PATH ?? join(home, 'token'), 'utf8').catch(() => '');
  return stored.trim() || undefined;
}
