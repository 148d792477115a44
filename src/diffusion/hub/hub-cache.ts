/**
 * @file The cache that Python's huggingface_hub and this project share: `blobs/` by checksum, `snapshots/COMMIT/` with links to them, and
 * `refs/` with the commit of each branch. Where links cannot be created, as on Windows without developer mode, the snapshot holds the files
 * themselves.
 */
import { link, mkdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { writeAtomically } from '../../files/atomic.js';
import { replace } from '../../files/replace.js';

export class CachedRepository {
  readonly folder: string;

  constructor(cache: string, repository: string) {
    this.folder = join(cache, `models--${repository.replace('/', '--')}`);
  }

  /** Folder of the commit that `main` pointed to at the last download; undefined when nothing has been downloaded. */
  async snapshot(): Promise<string | undefined> {
    const commit = await readFile(join(this.folder, 'refs', 'main'), 'utf8').catch(() => '');
    const folder = this.snapshotOf(commit.trim());
    return commit !== '' && (await stat(folder).catch(() => undefined))?.isDirectory() ? folder : undefined;
  }

  snapshotOf(commit: string): string {
    return join(this.folder, 'snapshots', commit);
  }

  blob(checksum: string): string {
    return join(this.folder, 'blobs', checksum);
  }

  async rememberMain(commit: string): Promise<void> {
    const file = join(this.folder, 'refs', 'main');
    await mkdir(dirname(file), { recursive: true });
    await writeAtomically(file, commit);
  }

  /** Makes `path` of a snapshot name a blob, which must exist. */
  async link(commit: string, path: string, checksum: string): Promise<void> {
    const [name, blob] = [join(this.snapshotOf(commit), path), this.blob(checksum)];
    await mkdir(dirname(name), { recursive: true });
    await rm(name, { force: true });
    try {
      await symlink(relative(dirname(name), blob), name);
    } catch (error) {
      if (!cannotLink(error)) throw error;
      await linkWithoutPrivilege(blob, name);
    }
  }
}

/** Windows grants symbolic links to administrators and developers only; some file systems have none. */
const cannotLink = (error: unknown): boolean =>
  ['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EINVAL', 'UNKNOWN'].includes((error as NodeJS.ErrnoException).code ?? '');

/**
 * A second name for the blob needs no privilege on NTFS, and keeps it for further snapshots and files of the same content. Where there
 * are no hard links either (exFAT), the blob is moved, as Python does.
 */
async function linkWithoutPrivilege(blob: string, name: string): Promise<void> {
  try {
    await link(blob, name);
  } catch (error) {
    if (!cannotLink(error)) throw error;
    await replace(blob, name);
  }
}
