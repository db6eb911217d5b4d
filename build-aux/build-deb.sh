#!/usr/bin/env bash
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# build-deb.sh DIRECTORY: the tree's Debian packages, source and binary, in the
# directory. They are built in a copy, which leaves nothing in the tree.

set -euo pipefail

result=$(realpath -m "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir "$copy/mythread"
# What git would commit, and nothing that was built. A file that git lists may be deleted.
git ls-files -co --exclude-standard -z | while IFS= read -r -d '' file; do
  [ ! -e "$file" ] || printf '%s\0' "$file"
done | tar -c --null -T - | tar -x -C "$copy/mythread"

(cd "$copy/mythread" && dpkg-buildpackage -us -uc)

rm -rf "$result"
mkdir -p "$result"
find "$copy" -maxdepth 1 -type f -exec mv -t "$result" {} +
