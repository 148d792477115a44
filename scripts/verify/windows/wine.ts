/**
 * @file The Wine that runs Windows programs here: the system's, where it is new enough (Wine 8 cannot load libsql), else Debian's,
 * unpacked into `.cache/` without touching the system and entered by a mount namespace, because it needs its own C library.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const cache = fileURLToPath(new URL('../../../.cache/windows', import.meta.url));

const oldest = 10;
const suite = 'trixie';

/**
 * Wine and what it loads to run programs without windows: no sound, printers, cameras, fonts. FreeType without a font makes it hang; without
 * FreeType it complains on standard error (`machine.ts` leaves that out) and works. `libc-bin` holds the locale C.UTF-8, for file names.
 */
const packages = ['wine64', 'libwine', 'libc6', 'libc-bin', 'libgcc-s1', 'libunwind8', 'liblzma5', 'libz-mingw-w64'];

/**
 * Two thirds of the bytes: browsers, DirectX helpers and C runtimes of earlier compilers. Without its debugger a program that crashes
 * ends, instead of being held.
 */
const unneeded = [
  'mshtml*',
  'msxml*',
  'jscript*',
  'vbscript*',
  'ieframe*',
  'iexplore*',
  'winedbg*',
  'd3dx*',
  'd3dcompiler*',
  'd2d1*',
]
  .concat(
    'msvcp[6-9]*',
    'msvcp1[0-2]*',
    'msvcr[0-9]*',
    'quartz*',
    'winegstreamer*',
    'xaudio*',
    'xactengine*',
    'x3daudio*',
    'xapofx*',
  )
  .concat(
    '*.msstyles',
    'light.*',
    'gdiplus*',
    'winemenubuilder*',
    'wmp*',
    'wordpad*',
    'notepad*',
    'dplay*',
    'dmusic*',
    'i686-w64-*',
  );

export interface Wine {
  readonly name: string;
  /** Starts a Windows program: its path and arguments follow. */
  readonly command: readonly string[];
  readonly server: readonly string[];
  /** Where its file system begins, if it has one of its own. */
  readonly root?: string;
}

/** The system's Wine, or the one that `WINE` names, where it is new enough. */
function systemWine(): Wine | undefined {
  const program = process.env.WINE ?? 'wine';
  const { stdout } = spawnSync(program, ['--version'], {
    encoding: 'utf8',
    env: { ...process.env, WINEDEBUG: '-all' },
  });
  const name = /wine-(\d+)\S*/.exec(stdout ?? '');
  if (name === null || Number(name[1]) < oldest) return undefined;
  return { name: `${name[0]} (${program})`, command: [program], server: ['wineserver'] };
}

const unpacked = join(cache, 'wine');

/** Finds or fetches Wine. @throws when it can do neither: then it says what to install */
export function findWine(): Wine {
  const system = systemWine();
  if (system !== undefined) return system;
  if (!existsSync(unpacked)) fetchWine();
  return {
    name: `Debian ${suite}'s Wine in ${unpacked}`,
    command: ['chroot', unpacked, '/usr/lib/wine/wine64'],
    server: ['chroot', unpacked, '/usr/lib/wine/wineserver64'],
    root: unpacked,
  };
}

/** apt with its own lists and package folder: it knows only Debian's archive, and the system's package state is not read. */
function debianApt(folder: string): (...args: string[]) => void {
  for (const name of ['lists/partial', 'archives/partial', 'empty.d'])
    mkdirSync(join(folder, name), { recursive: true });
  const keys = '/usr/share/keyrings/debian-archive-keyring.gpg';
  if (!existsSync(keys)) {
    // Ubuntu ships Debian's keys as a package, signed by its own.
    execFileSync('apt-get', ['download', '-qq', 'debian-archive-keyring'], { cwd: folder });
    const [deb = ''] = readdirSync(folder).filter((name) => name.endsWith('.deb'));
    execFileSync('dpkg-deb', ['-x', join(folder, deb), folder]);
    rmSync(join(folder, deb));
  }
  const signedBy = existsSync(keys) ? keys : join(folder, keys);
  const sources = join(folder, 'sources.list');
  writeFileSync(sources, `deb [arch=amd64 signed-by=${signedBy}] http://deb.debian.org/debian ${suite} main\n`);
  writeFileSync(join(folder, 'status'), '');
  const settings = {
    'Dir::Etc::SourceList': sources,
    'Dir::Etc::SourceParts': join(folder, 'empty.d'),
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::Status': join(folder, 'status'),
    'Dir::Cache': folder,
    // The user of apt's own downloads cannot write here.
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return (...args) =>
    void execFileSync('apt-get', ['-qq', ...options, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
}

function fetchWine(): void {
  if (spawnSync('apt-get', ['--version']).status !== 0)
    throw new Error(
      `Install Wine ${oldest} or newer, or name it: WINE=/path/to/wine. Without apt it cannot be fetched.`,
    );
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'fetch-'));
  try {
    console.log(`fetching Debian ${suite}'s Wine (120 MB) into ${unpacked}`);
    const apt = debianApt(folder);
    apt('update');
    apt('download', ...packages);
    const root = join(folder, 'root');
    mkdirSync(root);
    for (const deb of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
      const exclude = ['usr/share/doc', ...unneeded].map((name) => `--exclude=${name}`);
      const unpack = 'deb=$0 && dpkg-deb --fsys-tarfile "$deb" | tar -x --no-same-owner "$@"';
      execFileSync('sh', ['-c', unpack, join(folder, deb), '-C', root, ...exclude]);
    }
    cpSync(join(root, zlib), join(root, 'usr/lib/x86_64-linux-gnu/wine/x86_64-windows/zlib1.dll'));
    for (const [name, target] of [
      ['lib', 'usr/lib'],
      ['lib64', 'usr/lib64'],
    ] as const)
      symlinkSync(target, join(root, name));
    for (const name of ['proc', 'dev', 'sys', 'tmp']) mkdirSync(join(root, name));
    renameSync(root, unpacked);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `user32.dll` needs it. Debian keeps it in a package of its own: Wine finds it while it sets up Windows, Windows does not afterwards. */
const zlib = 'usr/x86_64-w64-mingw32/lib/zlib1.dll';

export function copyZlib({ root }: Wine, system32: string): void {
  if (root !== undefined) cpSync(join(root, zlib), join(system32, 'zlib1.dll'));
}

/**
 * Runs this program again where `root` has this machine's /proc, /dev, /sys, and `folder` under its own path, and where that needs no
 * privilege. Returns its exit status.
 */
export function runInside(root: string, folder: string, args: readonly string[], env: Record<string, string>): number {
  const mounts = ['/proc', '/dev', '/sys', folder].map(
    (path) => `mkdir -p "$0${path}" && mount --rbind "${path}" "$0${path}"`,
  );
  const script = `${mounts.join(' && ')} && exec "$@"`;
  const command = [
    '--user',
    '--map-root-user',
    '--mount',
    'sh',
    '-c',
    script,
    root,
    process.execPath,
    ...process.execArgv,
    ...args,
  ];
  const { status } = spawnSync('unshare', command, { stdio: 'inherit', env: { ...process.env, ...env } });
  return status ?? 1;
}
