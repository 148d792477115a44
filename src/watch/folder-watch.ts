/**
 * @file A folder whose subfolders are characters, watched for changes. Events of the file system are only hints to look
 * again: what counts is the content of the folder once it has not changed for a while.
 */

import { EventEmitter } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { missingFolder } from '../dataset/folder-listing.js';
import type { ErrorReport } from '../errors/error-report.js';
import { asLoraBridgeError } from '../errors/lora-bridge-error.js';
import { WatchedCharacter, type WatchTiming } from './watched-character.js';

export interface ReadyCharacter {
  /** Name of the subfolder. */
  readonly character: string;
  readonly folder: string;
  /** For `writeTrained`, once the LoRA is finished. */
  readonly fingerprint: string;
}

interface WatchEvents {
  /** A character has stopped changing, and differs from what was last trained (`readTrained`) or reported. */
  ready: [ReadyCharacter];
  /** An image that cannot be used; the character is trained without it. */
  rejected: [character: string, file: string, error: ErrorReport];
  /** A folder cannot be read as it is; it is read again at the next change. */
  failed: [folder: string, error: ErrorReport];
}

export interface WatchOptions extends WatchTiming {
  /** Its subfolders are the characters; pictures in itself are ignored. */
  readonly root: string;
}

/** All folders are scanned this often: network drives and a full inotify table lose events. */
const rescanSeconds = 30;

export class FolderWatch extends EventEmitter<WatchEvents> {
  readonly #options: WatchOptions;
  readonly #characters = new Map<string, WatchedCharacter>();
  readonly #watcher: FSWatcher;
  readonly #rescan: NodeJS.Timeout;

  /**
   * Starts to watch; characters that changed before are reported like others.
   * @throws LoraBridgeError `input.file.missing`
   */
  static async open(options: WatchOptions): Promise<FolderWatch> {
    if (!(await stat(options.root).catch(() => undefined))?.isDirectory()) throw missingFolder(options.root);
    const watcher = watch(options.root, { depth: 2, ignoreInitial: true });
    // Changes before `ready` may not be reported: the folder is scanned after it. It does not come where a link loops or passes
    // through a file, which is an error; the regular scan finds what is then not reported.
    await new Promise<unknown>((resolve) => watcher.once('ready', () => resolve(undefined)).on('error', resolve));
    return new FolderWatch(options, watcher);
  }

  private constructor(options: WatchOptions, watcher: FSWatcher) {
    super();
    this.#options = options;
    this.#watcher = watcher;
    this.#watcher.on('all', (_, path) => this.#touch(path));
    // Too many files to watch, or a drive that was removed: the regular scan continues.
    this.#watcher.on('error', () => this.#scan());
    this.#rescan = setInterval(() => this.#scan(), rescanSeconds * 1000);
    this.#scan();
  }

  /** Stops watching; no event is emitted afterwards. */
  async close(): Promise<void> {
    clearInterval(this.#rescan);
    await this.#watcher.close();
    await Promise.all([...this.#characters.values()].map((character) => character.close()));
    this.removeAllListeners();
  }

  #touch(path: string): void {
    const [name] = relative(this.#options.root, path).split(sep);
    if (name !== undefined && name !== '' && !name.startsWith('.')) this.#check(name);
  }

  #scan(): void {
    readdir(this.#options.root, { withFileTypes: true }).then(
      (entries) => {
        for (const { name } of entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()))
          this.#touch(join(this.#options.root, name));
      },
      (error: unknown) => this.emit('failed', this.#options.root, asLoraBridgeError(error).toReport()),
    );
  }

  #check(name: string): void {
    const folder = join(this.#options.root, name);
    let character = this.#characters.get(name);
    if (character === undefined) {
      character = new WatchedCharacter(folder, this.#options, {
        ready: (fingerprint) => this.emit('ready', { character: name, folder, fingerprint }),
        rejected: (file, error) => this.emit('rejected', name, file, error),
        failed: (error) => this.emit('failed', folder, error),
        gone: () => this.#characters.delete(name),
      });
      this.#characters.set(name, character);
    }
    character.check();
  }
}
