/** @file Python's package index: the address of a wheel by its name. */
import { z } from 'zod';
import { LoraBridgeError } from '../../errors/lora-bridge-error.js';
import type { Wheel } from './wheel.js';

/** PyPI, or the mirror that uv's variable names. */
const packageIndex = (): string => (process.env.UV_DEFAULT_INDEX || 'https://pypi.org/simple').replace(/\/$/, '');

const hint =
  'Check the connection (behind a proxy: HTTPS_PROXY together with NODE_USE_ENV_PROXY=1, with Node 22.21 or newer), and run ' +
  'the same command again: it resumes where it stopped.';

/**
 * Sends a request to a package server; a name and password in the address become its credentials (HTTP Basic).
 * @throws LoraBridgeError `resource.download.failed`
 */
export async function sendRequest(address: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  const url = new URL(address);
  const who = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  const access = who === ':' ? {} : { Authorization: `Basic ${Buffer.from(who).toString('base64')}` };
  const response = await fetch(url, { headers: { ...headers, ...access } }).catch((cause: unknown) => {
    // fetch reports only that it failed; the reason is in its cause: an unknown name, a certificate, a refused connection.
    const { cause: why = cause } = cause as Error;
    const reason = (why as NodeJS.ErrnoException).code ?? String(why);
    throw new LoraBridgeError('resource.download.failed', `${url} cannot be reached (${reason}).`, { hint, cause });
  });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new LoraBridgeError('resource.download.failed', `${url} answered ${response.status}.`, { hint });
}

const listing = z.object({ files: z.array(z.object({ filename: z.string(), url: z.string() })) });

/** The address of a file on a page of an index: JSON (PEP 691), or HTML (PEP 503) from mirrors that support nothing else. */
async function linkTo(file: string, page: Response): Promise<string | undefined> {
  const text = await page.text();
  if (page.headers.get('Content-Type')?.includes('json')) {
    const { files } = listing.parse(JSON.parse(text));
    return files.find(({ filename }) => filename === file)?.url;
  }
  const links = [...text.matchAll(/<a\s[^>]*?href\s*=\s*["']([^"']+)["']/gi)].map(([, href = '']) =>
    href.replaceAll('&amp;', '&'),
  );
  return links.find(
    (href) =>
      decodeURIComponent(
        href
          .replace(/[?#].*$/, '')
          .split('/')
          .at(-1) ?? '',
      ) === file,
  );
}

/**
 * The address of a wheel.
 * @throws LoraBridgeError `resource.download.failed` when the index cannot be reached or read, or does not have it
 */
export async function findWheel({ distribution, file }: Pick<Wheel, 'distribution' | 'file'>): Promise<string> {
  const page = `${packageIndex()}/${distribution}/`;
  const accepted = 'application/vnd.pypi.simple.v1+json, text/html;q=0.1';
  const answer = await sendRequest(page, { Accept: accepted });
  const link = await linkTo(file, answer).catch(() => undefined);
  const { username, password, origin } = new URL(page);
  if (link === undefined) {
    throw new LoraBridgeError('resource.download.failed', `${answer.url} does not offer ${file}.`, {
      hint: 'Check the mirror that UV_DEFAULT_INDEX names, or unset that variable.',
    });
  }
  const url = new URL(link, answer.url || page);
  // A mirror's links to itself lack the credentials.
  if (url.origin === origin) Object.assign(url, { username, password });
  return url.href;
}
