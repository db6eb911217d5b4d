#!/usr/bin/env bash
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Builds the GLib that this machine has, from Debian's source package, for
# ThreadSanitizer, and prints the prefix. Built once: it is kept in the user's
# cache directory.
#
# Debian's own build cannot be used: its locks are futexes and atomics in code
# that is not instrumented, so ThreadSanitizer sees none of the order they make.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-aux/common.sh

# Whoever changes the recipe below raises this.
recipe=2

version=$(dpkg-query -W -f '${Version}' libglib2.0-dev 2>/dev/null) || die 'tsan: this needs a Debian with libglib2.0-dev'
prefix=${XDG_CACHE_HOME:-$HOME/.cache}/mythread/glib-tsan-$version
stamp="recipe $recipe, $(clang --version | head -n 1)"

is_built () {
  [ -e "$prefix/.built" ] && [ "$(cat "$prefix/.built")" = "$stamp" ]
}

# The machine's Debian mirrors, as sources of source packages; its own lists and
# configuration stay as they are.
write_sources_list () {
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg signed=''

  [ ! -e "$keyring" ] || signed="[signed-by=$keyring] "
  # shellcheck disable=SC2016 # apt expands these
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' \
    'Created-By: Packages' 'Origin: Debian' | sort -u | sed "s|^|deb-src $signed|"
}

fetch_source () {
  local -a options=(
    -o "Dir::Etc::SourceList=$PWD/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$PWD/lists" -o "Dir::Cache=$PWD/cache"
    # The directory is private, so not the _apt user's.
    -o APT::Sandbox::User=root
  )

  mkdir -p lists/partial cache/archives/partial
  write_sources_list >sources.list
  if [ ! -s sources.list ]; then
    # No package lists at all yet.
    apt_update
    write_sources_list >sources.list
  fi
  [ -s sources.list ] || die 'tsan: apt knows no Debian mirror'
  apt-get "${options[@]}" -qq update
  apt-get "${options[@]}" -qq --download-only source "glib2.0=$version"
  dpkg-source --no-check -x glib2.0_*.dsc source
  # GLib's locks as pthread's, not as futexes: ThreadSanitizer knows those by name,
  # and so finds locks that are taken in two orders, too.
  sed -i 's/^#define USE_NATIVE_MUTEX$/#undef USE_NATIVE_MUTEX/' source/glib/gthread-posix.c
  grep -q '^#undef USE_NATIVE_MUTEX$' source/glib/gthread-posix.c
}

build_glib () {
  CC=clang meson setup build source \
    --prefix="$prefix" --libdir=lib --wrap-mode=nofallback \
    --buildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false -Dwerror=false \
    -Dc_args=-fno-omit-frame-pointer "-Dc_link_args=-Wl,-rpath,$prefix/lib" \
    -Dtests=false -Dinstalled_tests=false -Dnls=disabled -Dselinux=disabled \
    -Dlibmount=disabled -Dxattr=false -Dlibelf=disabled -Dman=false -Dgtk_doc=false \
    -Ddtrace=false -Dsystemtap=false -Dsysprof=disabled
  ninja -C build
  rm -rf "$prefix"
  meson install -C build --no-rebuild
  printf '%s\n' "$stamp" >"$prefix/.built"
}

build_once () {
  local work

  mkdir -p "$(dirname "$prefix")"
  # One at a time: a second one waits here, and then finds the work done.
  exec 9>"$(dirname "$prefix")/.lock"
  flock 9
  ! is_built || return 0
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # the directory of now
  trap "rm -rf '$work'" EXIT
  cd "$work"
  fetch_source
  build_glib
}

if [ "${1:-}" = --build ]; then
  build_once
  exit
fi

if ! is_built; then
  note "tsan: building GLib $version for ThreadSanitizer, once, into $prefix"
  quietly 'building GLib' build-aux/build-glib-tsan.sh --build || exit
fi
printf '%s\n' "$prefix"
