/**
 * @file Unity's `.meta` files of `unity-package/`: `npm run unity-meta` writes the missing ones and removes those whose file is
 * gone; with `--check` it changes nothing and fails where one is missing, double, stray or without a proper GUID. A folder may be
 * given in place of the package.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const root = folders[0] ?? fileURLToPath(new URL('../unity-package', import.meta.url));
const check = process.argv.includes('--check');

/** What Unity's importer of each kind of file writes below the GUID, so that opening the project changes nothing. */
const tail = '  userData: \n  assetBundleName: \n  assetBundleVariant: \n';
const importers: Readonly<Record<string, string>> = {
  '.cs': `MonoImporter:\n  externalObjects: {}\n  serializedVersion: 2\n  defaultReferences: []\n  executionOrder: 0\n  icon: {instanceID: 0}\n${tail}`,
  '.asmdef': `AssemblyDefinitionImporter:\n  externalObjects: {}\n${tail}`,
  '.md': `TextScriptImporter:\n  externalObjects: {}\n${tail}`,
  '.json': `TextScriptImporter:\n  externalObjects: {}\n${tail}`,
  folder: `folderAsset: yes\nDefaultImporter:\n  externalObjects: {}\n${tail}`,
  manifest: `PackageManifestImporter:\n  externalObjects: {}\n${tail}`,
};

interface Asset {
  /** Below the package, with `/` between the parts. */
  readonly path: string;
  readonly folder: boolean;
}

/** Everything that Unity imports: names that begin with a dot or end with `~` are hidden from it. */
function assets(folder: string): Asset[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && !entry.name.endsWith('~'))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      const own = { path: relative(root, path).split(sep).join('/'), folder: entry.isDirectory() };
      if (!own.folder) return [own];
      // Git does not track empty folders, so they need no .meta.
      const inner = assets(path);
      return inner.length === 0 ? [] : [own, ...inner];
    });
}

/** A GUID that every checkout agrees on: of the path under which the file was first seen. */
const guidOf = (path: string) =>
  createHash('sha256').update(`com.lora-bridge.editor/${path}`).digest('hex').slice(0, 32);

function importerOf(asset: Asset): string {
  const kind = asset.folder ? 'folder' : asset.path === 'package.json' ? 'manifest' : extname(asset.path);
  const importer = importers[kind];
  if (importer === undefined)
    throw new Error(`unity-package/${asset.path}: scripts/unity-meta.ts knows no importer for ${kind}`);
  return importer;
}

const found = assets(root);
const metas = found.filter((asset) => asset.path.endsWith('.meta'));
const real = found.filter((asset) => !asset.path.endsWith('.meta'));
const faults: string[] = [];

for (const { path } of metas) {
  if (existsSync(`${root}/${path.slice(0, -'.meta'.length)}`)) continue;
  if (check) faults.push(`${path}: its file is gone`);
  else rmSync(`${root}/${path}`);
}

const owners = new Map<string, string>();
for (const asset of real) {
  const meta = `${root}/${asset.path}.meta`;
  if (!existsSync(meta)) {
    if (check) faults.push(`${asset.path}: has no .meta`);
    else writeFileSync(meta, `fileFormatVersion: 2\nguid: ${guidOf(asset.path)}\n${importerOf(asset)}`);
    if (check) continue;
  }
  const guid = /^guid: ([0-9a-f]{32})$/m.exec(readFileSync(meta, 'utf8'))?.[1];
  if (guid === undefined) {
    faults.push(`${asset.path}.meta: has no GUID`);
    continue;
  }
  const owner = owners.get(guid);
  if (owner !== undefined) faults.push(`${asset.path}.meta: has the GUID of ${owner}`);
  owners.set(guid, asset.path);
}

for (const fault of faults) console.error(`unity-package/${fault}`);
if (faults.length > 0) {
  console.error('Run `npm run unity-meta` and commit what it writes.');
  process.exitCode = 1;
}
