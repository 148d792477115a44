/**
 * @file The cache that Python's huggingface_hub and this project share: `blobs/` by checksum, `snapshots/COMMIT/` with links to them, and
 * `refs/` with the commit of each branch. Where links cannot be created, as on Windows without developer mode, the snapshot holds the files
 * themselves.
 */
import { mkdir, readFile, rm, stat, symlink } from 'node:fs/promises';
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

  /** Links `path` of a snapshot to a blob, which must exist. */
  async link(commit: string, path: string, checksum: string): Promise<void> {
    const [link, blob] = [join(this.snapshotOf(commit), path), this.blob(checksum)];
    await mkdir(dirname(link), { recursive: true });
    await rm(link, { force: true });
    try {
      await symlink(relative(dirname(link), blob), link);
    } catch {
      await replace(blob, link);
    }
  }
}
