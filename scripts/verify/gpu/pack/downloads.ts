/** @file Wheels from PyPI, fetched once by pip. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The Python of the machines that the kit is for: wheels with compiled parts have to fit it. */
const target = ['--only-binary=:all:', '--python-version', '3.12', '--implementation', 'cp'];
const platforms = ['manylinux_2_28_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64'];

/** The wheel of a package in exactly this version; from `folder`, where it was put before. */
export function wheelOf(folder: string, name: string, version: string): string {
  mkdirSync(folder, { recursive: true });
  const begin = `${name.replaceAll('-', '_')}-${version}-`;
  const find = (): string | undefined => readdirSync(folder).find((file) => file.toLowerCase().startsWith(begin));
  if (find() === undefined) {
    const where = platforms.flatMap((platform) => ['--platform', platform]);
    const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', ...target, ...where];
    execFileSync('python3', [...pip, '--dest', folder, `${name}==${version}`], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }
  const file = find();
  if (file === undefined) throw new Error(`pip fetched no wheel of ${name} ${version}.`);
  return join(folder, file);
}
