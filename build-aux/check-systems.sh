#!/usr/bin/env bash
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# check-systems.sh [--fresh] [SYSTEM | SUITE]...: the tests as somebody runs them who has one of Debian's other
# releases, in a minimal root with git alone, where each verb installs what it needs. With no SUITE: all of `./dev test`,
# and `./dev demo`. The roots are made from the machine's own mirror, and kept in the user's cache directory with what was
# installed; --fresh begins with the minimal one again. Exit status 77: this machine gives no such root, so nothing was run.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-aux/common.sh

all_systems=(bookworm trixie sid)

cache=${XDG_CACHE_HOME:-$HOME/.cache}/mythread/roots
fresh=''
systems=()
suites=()

for arg in "$@"; do
  case $arg in
    --fresh) fresh=yes ;;
    bookworm | trixie | sid) systems+=("$arg") ;;
    -*) die "check systems: no such option: $arg" ;;
    *) suites+=("$arg") ;;
  esac
done
[ "${#systems[@]}" -gt 0 ] || systems=("${all_systems[@]}")

# not_here WHY
not_here () {
  note "check systems: $1"
  exit 77
}

[ "$(id -u)" -eq 0 ] || not_here 'this needs root, for chroot and mount'

# What is mounted is seen by this process alone, and gone with it, however it ends.
if [ -z "${MYTHREAD_OWN_MOUNTS:-}" ]; then
  unshare --mount --propagation private true || not_here 'no mounts of its own are to be had'
  MYTHREAD_OWN_MOUNTS=1 exec unshare --mount --propagation private "$0" "$@"
fi

# Debian's main archive, as this machine's apt knows it.
mirror () {
  apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 'Origin: Debian' |
    awk '$2 !~ /-/ { print $1; exit }'
}

# make_minimal SYSTEM: what debootstrap makes, with git, as a directory that is never changed.
make_minimal () {
  local system=$1 uri
  local root=$cache/$1.minimal

  [ ! -e "$root/.made" ] || return 0
  uri=$(mirror)
  [ -n "$uri" ] || not_here 'apt knows no Debian mirror'
  note "systems: a minimal root of $system"
  rm -rf "$root"
  mkdir -p "$cache"
  quietly 'debootstrap' debootstrap --variant=minbase --include=git,ca-certificates "$system" "$root" "$uri" ||
    not_here "no root of $system"
  # Nothing starts as a service, and nothing is kept that is not needed again.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  touch "$root/.made"
}

# enter SYSTEM: mounts the minimal root with what was installed on top of it, at $root.
enter () {
  local system=$1 dir=$cache/$1.installed file

  [ -z "$fresh" ] || rm -rf --one-file-system "$dir"
  mkdir -p "$dir"/{upper,work,root}
  root=$dir/root
  mount -t overlay -o "lowerdir=$cache/$system.minimal,upperdir=$dir/upper,workdir=$dir/work" overlay "$root" &&
    mount -t proc proc "$root/proc" &&
    mount --bind /sys "$root/sys" &&
    mount --bind /dev "$root/dev" &&
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts" &&
    mount -t tmpfs tmpfs "$root/dev/shm" &&
    mount -t tmpfs tmpfs "$root/run" || return
  cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
  # How the machine's own apt reaches its mirror; what its packages have brought is none of it.
  for file in /etc/apt/apt.conf.d/*; do
    dpkg -S "$file" >/dev/null 2>&1 || cp -a "$file" "$root/etc/apt/apt.conf.d/"
  done
}

# The tree as it is, new files too, as a clone would have it. The builds of the last time stay: so a file that is the same is
# left alone, and one that is not gets the time of now, whatever it has here.
copy_tree () {
  local target=$root/root/mythread file
  local -A is_there=()

  while IFS= read -r -d '' file; do
    [ -e "$file" ] || continue
    is_there[$file]=yes
    cmp -s "$file" "$target/$file" || {
      mkdir -p "$target/$(dirname "$file")" && cp -P --preserve=mode "$file" "$target/$file" || return
    }
  done < <(git ls-files -co --exclude-standard -z)
  while IFS= read -r -d '' file; do
    [ -n "${is_there[$file]:-}" ] || rm "$target/$file"
  done < <(find "$target" -path "$target/_build" -prune -o -path "$target/.git" -prune -o ! -type d -printf '%P\0')
  find "$target" -mindepth 1 \( -path "$target/_build" -o -path "$target/.git" \) -prune -o -type d -empty -print0 |
    xargs -0 -r rmdir
  # What asks git for the files of the tree finds a repository.
  chroot "$root" sh -c 'cd /root/mythread && git init -q && git add -A' >/dev/null 2>&1
}

run_inside () {
  chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 MYTHREAD_TEST_SUMS="${MYTHREAD_TEST_SUMS:+/root/sums}" "$@" </dev/null
}

# What is there that the tests' outcome may depend on.
describe () {
  run_inside sh -c '
    . /etc/os-release
    printf "%s, GLib %s" "$PRETTY_NAME" "$(pkg-config --modversion glib-2.0 2>/dev/null)"
    /usr/bin/python3 -c "import sys, gi; print(\", Python %d.%d\" % sys.version_info[:2] + \", PyGObject \" + gi.__version__, end=\"\")" 2>/dev/null
    pkg-config --exists gtk4 2>/dev/null && printf ", GTK %s" "$(pkg-config --modversion gtk4)"
    printf ", meson %s, " "$(meson --version 2>/dev/null)"
    gcc -dumpfullversion 2>/dev/null | sed "s/^/gcc /"'
}

check_one () {
  local system=$1 status=0 suite
  local -a args=()

  for suite in "${suites[@]}"; do
    args+=(--suite "$suite")
  done
  make_minimal "$system" || return
  enter "$system" || return
  copy_tree || return
  rm -f "$root/root/sums"
  if [ "${#suites[@]}" -eq 0 ]; then
    run_inside sh -c 'cd /root/mythread && ./dev demo /usr/share/doc' >"$root/root/demo.log" 2>&1 || {
      status=1
      tail -n 30 "$root/root/demo.log"
      note "systems: $system: ./dev demo failed"
    }
  fi
  run_inside sh -c 'cd /root/mythread && exec ./dev test "$@"' test "${args[@]}" >"$root/root/test.log" 2>&1 || status=1
  [ "$status" -eq 0 ] || grep -v -E '^ *[0-9]+/[0-9]+ .* OK ' "$root/root/test.log" | tail -n 300
  describe
  # The last line of a run is its sum.
  printf '%-9s %s\n' "$system" "$(tail -n 1 "$root/root/test.log")" >"$results/$system.sum"
  return "$status"
}

# All at once: to install is to wait for one thing after the other, and leaves most of a machine to the other systems.
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
[ -n "$(mirror)" ] || apt_update
declare -A processes=()
for system in "${systems[@]}"; do
  (
    begin=$SECONDS status=0
    : >"$results/$system.sum"
    check_one "$system" || status=1
    printf '          in %d s\n' $((SECONDS - begin)) >>"$results/$system.sum"
    exit "$status"
  ) >"$results/$system.log" 2>&1 &
  processes[$system]=$!
done

failed=0
for system in "${systems[@]}"; do
  wait "${processes[$system]}" || {
    # What has failed counts for more than what was not run.
    status=$?
    [ "$status" -ne 77 ] || [ "$failed" -ne 0 ] || failed=77
    [ "$status" -eq 77 ] || failed=1
  }
  cat "$results/$system.log"
  if [ -n "${MYTHREAD_TEST_SUMS:-}" ] && [ -e "$cache/$system.installed/upper/root/sums" ]; then
    sed "/^[0-9 ]*\$/!s/^/$system: /" "$cache/$system.installed/upper/root/sums" >>"$MYTHREAD_TEST_SUMS"
  fi
done
for system in "${systems[@]}"; do
  cat "$results/$system.sum"
done
exit "$failed"
