/**
 * @file `node scripts/release/check.mjs v1.2.3 OWNER/NAME`: refuses a release whose tag, npm package, Unity package, changelog and repository do
 * not agree. Plain JavaScript: it runs before anything is installed.
 */
import { readFileSync } from 'node:fs';

const [tag = '', repository = ''] = process.argv.slice(2);
const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const npm = JSON.parse(read('package.json'));
const unity = JSON.parse(read('unity-package/package.json'));
const version = tag.replace(/^v/, '');

const wrong = [
  npm.version !== version && `package.json has version ${npm.version}.`,
  unity.version !== version && `unity-package/package.json has version ${unity.version}.`,
  !read('CHANGELOG.md').includes(`\n## [${version}] - 20`) && `CHANGELOG.md has no section "## [${version}] - DATE".`,
  // npm refuses provenance of another repository than the one that package.json names.
  npm.repository.url !== `git+https://github.com/${repository}.git` &&
    `package.json names the repository ${npm.repository.url}.`,
].filter(Boolean);

for (const line of wrong) console.error(`${tag} of ${repository}: ${line}`);
if (wrong.length > 0) process.exitCode = 1;
