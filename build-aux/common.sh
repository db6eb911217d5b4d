# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sourced by dev and by the scripts beside this file, in the top directory.
# shellcheck shell=bash

# Debian's tools before any private ones: a python3 from elsewhere has no gi, and
# meson runs the tests' Python programs with the Python it runs with itself.
PATH=/usr/bin:$PATH
export PATH

note () { printf '%s\n' "$*" >&2; }
die () {
  note "dev: $*"
  exit 1
}

# quietly WHAT COMMAND...: the command's output is shown only if it fails.
quietly () {
  local what=$1 log status=0

  shift
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ "$status" -ne 0 ]; then
    cat "$log" >&2
    note "dev: $what failed (exit status $status)"
  fi
  rm -f "$log"
  return "$status"
}

# What ./dev check does when nothing is named; and what it does only by name, as it takes as long as half of the others.
check_steps=(format lint models asan valgrind tsan busy deb)
more_check_steps=(systems)

# --- Packages ---------------------------------------------------------------

# One line per need: the task, Debian's package, and a quick proof that it is there.
packages_table () {
  cat <<'TABLE'
c        gcc                      command -v gcc
c        libc6-dev                test -e /usr/include/pthread.h
c        pkg-config               command -v pkg-config
c        ninja-build              command -v ninja
c        meson                    command -v meson
c        libglib2.0-dev           pkg-config --exists 'gio-2.0 >= 2.74'
bindings gobject-introspection    command -v g-ir-scanner
bindings libgirepository1.0-dev   pkg-config --exists gobject-introspection-1.0
bindings valac                    command -v valac
bindings python3-gi               /usr/bin/python3 -c 'import gi'
gtk      libgtk-4-dev             pkg-config --exists 'gtk4 >= 4.8'
gtk      libadwaita-1-dev         pkg-config --exists 'libadwaita-1 >= 1.2'
gtk      adwaita-icon-theme       test -d /usr/share/icons/Adwaita
gtk      librsvg2-common          ls /usr/lib/*/gdk-pixbuf-2.0/*/loaders/*svg*.so
gtk      fonts-cantarell          test -d /usr/share/fonts/opentype/cantarell
gtk-test xvfb                     command -v Xvfb
gtk-test dbus-daemon              command -v dbus-run-session
gtk-test at-spi2-core             test -x /usr/libexec/at-spi-bus-launcher
gtk-test gir1.2-atspi-2.0         ls /usr/lib/*/girepository-1.0/Atspi-2.0.typelib
gtk-test python3-gi               /usr/bin/python3 -c 'import gi'
gtk-test desktop-file-utils       command -v desktop-file-validate
gtk-test appstream                command -v appstreamcli
gjs      gjs                      command -v gjs
docs     gi-docgen                command -v gi-docgen
format   clang-format             command -v clang-format
format   git                      command -v git
lint     git                      command -v git
lint     cppcheck                 command -v cppcheck
lint     clang-tidy               command -v clang-tidy
asan     gcc                      command -v gcc
valgrind valgrind                 command -v valgrind
valgrind libc6-dbg                test -d /usr/lib/debug/.build-id
tsan     clang                    command -v clang
tsan     llvm                     command -v llvm-symbolizer
tsan     dpkg-dev                 command -v dpkg-source
tsan     libpcre2-dev             pkg-config --exists libpcre2-8
tsan     libffi-dev               pkg-config --exists libffi
tsan     zlib1g-dev               pkg-config --exists zlib
models   spin                     command -v spin
models   gcc                      command -v gcc
busy     util-linux               command -v taskset && command -v chrt && command -v setpriv
systems  debootstrap              command -v debootstrap
systems  git                      command -v git
deb      build-essential          dpkg -s build-essential
deb      debhelper                command -v dh
deb      dh-python                command -v dh_python3
deb      dpkg-dev                 command -v dpkg-buildpackage
deb      fakeroot                 command -v fakeroot
deb      gi-docgen                command -v gi-docgen
deb      git                      command -v git
deb      lintian                  command -v lintian
bench    g++                      command -v g++
bench    qt6-base-dev             pkg-config --exists Qt6Concurrent
bench    libtbb-dev               pkg-config --exists 'tbb >= 2021'
TABLE
  # CPython's own tests of threading, of the Python that is there.
  if [ -x /usr/bin/python3 ]; then
    /usr/bin/python3 - <<'PYTHON'
import sys
version = "%d.%d" % sys.version_info[:2]
print(f"bindings libpython{version}-testsuite  test -e /usr/lib/python{version}/test/test_threading.py || test -d /usr/lib/python{version}/test/test_threading")
PYTHON
  fi
}

# missing_packages TASK...: what of the tasks' packages is not there.
missing_packages () {
  local task package proof

  packages_table | while read -r task package proof; do
    case " $* " in
      *" $task "*) ;;
      *) continue ;;
    esac
    eval "$proof" >/dev/null 2>&1 </dev/null || printf '%s\n' "$package"
  done | sort -u
}

# How root's commands are run; what sudo asks for, it asks for before.
as_root () {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo -n "$@"
  fi
}

# Whether root's commands can be run. sudo may ask for a password, on the terminal, wherever the output goes.
can_be_root () {
  [ "$(id -u)" -ne 0 ] || return 0
  command -v sudo >/dev/null || return 1
  sudo -n true 2>/dev/null || { { : </dev/tty; } 2>/dev/null && sudo -v </dev/tty; }
}

# Nobody is there to be asked: what is configured stays as it is.
apt_options=(
  -y -qq -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0
  -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold
)

apt_install () {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get "${apt_options[@]}" install --no-install-recommends "$@"
}

apt_update () {
  as_root apt-get -qq -o DPkg::Lock::Timeout=600 update
}

# What an installation comes to, in apt's words; nothing if apt's lists are old or not there.
installation_size () {
  # To say no is a failure.
  { LC_ALL=C apt-get --assume-no -o Debug::NoLocking=1 install --no-install-recommends "$@" 2>/dev/null </dev/null || true; } |
    sed -n -e 's/^\([0-9]*\) upgraded, \([0-9]*\) newly installed.*/\2 packages/p' \
      -e 's/^Need to get \(.*\) of archives\.$/\1 to fetch/p' \
      -e 's/^After this operation, \(.*\) of additional disk space will be used\.$/\1 on disk/p' | paste -sd, | sed 's/,/, /g'
}

# by_hand PACKAGE...: the line that does it.
by_hand () {
  printf 'sudo apt-get install --no-install-recommends %s\n' "$*"
}

# want_packages TASK...: installs what is missing, and says so; not zero if that cannot be.
want_packages () {
  local missing size round

  # What one package brings may need another: a Python its tests.
  for round in 1 2 3; do
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0

    if ! command -v apt-get >/dev/null; then
      note "dev: missing, and there is no apt-get to install it with: ${missing[*]} (names of Debian's packages)"
      return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
      note "dev: missing: ${missing[*]}"
      if ! can_be_root; then
        note "dev: please install it by hand: $(by_hand "${missing[@]}")"
        return 1
      fi
    fi
    if ! apt-cache show "${missing[@]}" >/dev/null 2>&1; then
      quietly 'apt-get update' apt_update || true
    fi
    size=$(installation_size "${missing[@]}") || size=''
    note "dev: installing ${missing[*]}${size:+ ($size)}"
    # The lists may be there and old: only a failed try tells.
    if ! quietly 'apt-get install' apt_install "${missing[@]}" &&
      ! { quietly 'apt-get update' apt_update && quietly 'apt-get install' apt_install "${missing[@]}"; }; then
      note "dev: please install it by hand: $(by_hand "${missing[@]}")"
      return 1
    fi
    hash -r
    # What was configured before may now find more.
    touch _build/.packages-changed 2>/dev/null || true
  done

  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -eq 0 ] || {
    note "dev: installed, and still not usable: ${missing[*]}"
    return 1
  }
}

need_packages () {
  want_packages "$@" || die "cannot go on without these packages"
}

# print_missing TASK...: the line that installs what is missing.
print_missing () {
  local missing

  mapfile -t missing < <(missing_packages "$@")
  if [ "${#missing[@]}" -gt 0 ]; then
    by_hand "${missing[@]}"
  else
    note 'dev: nothing is missing'
  fi
}

# --- Build directories ------------------------------------------------------

# build_options NAME: what `meson setup` is told for _build/NAME.
build_options () {
  case $1 in
    default) echo --buildtype=debugoptimized -Dtests=true -Dexamples=true -Dbenchmarks=true ;;
    release) echo --buildtype=release -Dexamples=true -Dbenchmarks=true ;;
    demo) echo --buildtype=release -Dexamples=true -Dintrospection=disabled -Dvapi=disabled -Dgtk=disabled -Ddocs=disabled ;;
    demo-gtk) echo --buildtype=release -Dexamples=true -Dintrospection=disabled -Dvapi=disabled -Dgtk=enabled -Ddocs=disabled ;;
    valgrind) echo --buildtype=debug -Dtests=true -Dexamples=true -Dintrospection=disabled -Dvapi=disabled -Dgtk=disabled ;;
    asan)
      echo --buildtype=debug -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false \
        -Dtests=true -Dexamples=true -Dintrospection=disabled -Dvapi=disabled -Dgtk=disabled \
        "-Dfuzz_gir=$PWD/_build/default/src/MyThread-1.0.gir"
      ;;
    tsan)
      # rpath: GLib's own libraries have it too, so no LD_LIBRARY_PATH is needed,
      # which would give the uninstrumented programs that tests run the wrong GLib.
      echo --buildtype=debug -Doptimization=1 -Db_sanitize=thread -Db_lundef=false \
        -Dtests=true -Dexamples=true -Dintrospection=disabled -Dvapi=disabled -Dgtk=disabled \
        "--pkg-config-path=$GLIB_TSAN/lib/pkgconfig" "-Dc_link_args=-Wl,-rpath,$GLIB_TSAN/lib"
      ;;
    *) die "no such build directory: $1" ;;
  esac
}

# configure NAME: sets _build/NAME up, anew when its options have changed.
configure () {
  local dir=_build/$1 wanted options

  read -ra options <<<"$(build_options "$1")"
  wanted="${CC:-cc} ${CFLAGS:-} ${LDFLAGS:-} ${options[*]}"
  if [ -e "$dir/build.ninja" ] && [ "$(cat "$dir/.options" 2>/dev/null)" = "$wanted" ]; then
    if [ _build/.packages-changed -nt "$dir/.options" ]; then
      meson setup --reconfigure "$dir" && touch "$dir/.options"
    fi
    return
  fi
  rm -rf "$dir"
  mkdir -p _build
  meson setup "$dir" "${options[@]}" || return
  printf '%s\n' "$wanted" >"$dir/.options"
}

# build NAME [NINJA TARGET...]: silent, on stderr if at all.
build () {
  local name=$1

  shift
  [ $# -gt 0 ] || set -- all meson-test-prereq
  quietly "configuring _build/$name" configure "$name" &&
    quietly "building _build/$name" ninja -C "_build/$name" "$@"
}

# run_tests NAME LABEL [MESON TEST ARGS...]: runs what is built in _build/NAME and
# closes with the sum over the suites. With no tests run, that is a failure.
run_tests () {
  local name=$1 label=$2 status=0 logs

  shift 2
  logs=_build/$name/meson-logs
  rm -f "$logs"/testlog*
  meson test -C "_build/$name" --no-rebuild --print-errorlogs "$@" </dev/null || status=$?
  /usr/bin/python3 build-aux/sum-tests.py ${label:+--label "$label"} \
    --status "$status" "_build/$name"
}

# source_files: the C files of the tree, new ones too.
source_files () {
  git ls-files -co --exclude-standard -- '*.c' '*.h' | while read -r file; do
    [ ! -e "$file" ] || printf '%s\n' "$file"
  done
}
