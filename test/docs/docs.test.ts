/** @file The documentation: its links lead somewhere, the files it names exist, and its generated parts are up to date. */
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { generatedDocs } from '../../scripts/docs/generated.js';
import { pages, root, textOf } from './pages.js';

const withoutCode = (markdown: string): string => markdown.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');

/** The anchors that GitHub gives to a page's headings, and those that it sets itself. */
function anchorsOf(page: string): string[] {
  const headings = [
    ...textOf(page)
      .replace(/```[\s\S]*?```/g, '')
      .matchAll(/^#{1,6} (.*)$/gm),
  ].map(([, heading = '']) =>
    heading
      .replace(/<[^>]*>/g, '')
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...textOf(page).matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)];
}

test.each(pages)('%s: every relative link leads to a file, and to a heading in it', (page) => {
  const links = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const dead = links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : normalize(join(dirname(page), decodeURI(path)));
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
  });
  expect(dead).toEqual([]);
});

const naming = pages.filter((page) => page.startsWith('docs/') || !page.includes('/') || page === 'test/README.md');

test.each(naming)('%s: every file that it names exists', (page) => {
  const names = [...textOf(page).matchAll(/`((?:src|scripts|test|unity-package|docs|protocol)\/[\w./~-]*)`/g)];
  expect(names.map(([, name = '']) => name).filter((name) => !existsSync(join(root, name)))).toEqual([]);
});

test('every npm script that a page names exists, and CONTRIBUTING names all', () => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(textOf('package.json')));
  const missing = pages.flatMap((page) =>
    [...textOf(page).matchAll(/npm run ([a-z][\w:-]*)/g)]
      .map(([, name = '']) => name)
      .filter((name) => scripts[name] === undefined)
      .map((name) => `${name} in ${page}`),
  );
  expect(missing).toEqual([]);
  const own = Object.keys(scripts).filter((name) => !name.startsWith('pre'));
  expect(own.filter((name) => !new RegExp(`[\`\\s]${name}[\`\\s]`).test(textOf('CONTRIBUTING.md')))).toEqual([]);
});

test('the generated parts are up to date; if not, run `npm run docs`', () => {
  for (const [file, wanted] of generatedDocs()) expect(textOf(file), file).toBe(wanted);
});
