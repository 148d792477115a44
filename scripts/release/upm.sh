#!/usr/bin/env bash
# usage: upm.sh v1.2.3. Pushes unity-package/ as it is at this commit to the branch `upm` and the tag `upm/1.2.3`, from where Unity's package
# manager installs it: https://…/REPOSITORY.git#upm/1.2.3
set -euo pipefail
version=${1#v}
export GIT_AUTHOR_NAME=release GIT_AUTHOR_EMAIL=release@localhost GIT_COMMITTER_NAME=release GIT_COMMITTER_EMAIL=release@localhost
parent=$(git rev-parse --quiet --verify refs/remotes/origin/upm || true)
commit=$(git commit-tree "HEAD:unity-package" ${parent:+-p "$parent"} -m "Version $version")
git push origin "$commit:refs/heads/upm" "$commit:refs/tags/upm/$version"
