#!/usr/bin/env bash
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# run-in-display.sh COMMAND...: runs it on an X server and a session bus of its own,
# with a home that is empty, and ends with its exit status. (xvfb-run looks for a free
# number itself, and two at once may find the same one: here the server picks it.)
# However this script ends, also by a signal that it can not catch, the server ends with it.

set -euo pipefail

scratch=$(mktemp -d)
mkfifo "$scratch/display"
server=

finish () {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$scratch"
}
trap finish EXIT

setpriv --pdeathsig TERM Xvfb -displayfd 3 -screen 0 1280x1024x24 -nolisten tcp -noreset 3>"$scratch/display" 2>"$scratch/server.log" &
server=$!
# On a busy machine that takes as long as it takes; of a server that has ended it is the end of the file.
read -r display <"$scratch/display" || {
  cat "$scratch/server.log" >&2
  echo 'run-in-display.sh: Xvfb does not start' >&2
  exit 1
}

mkdir -m 700 "$scratch/run" "$scratch/home"
export DISPLAY=:$display XDG_RUNTIME_DIR=$scratch/run HOME=$scratch/home
export XDG_CONFIG_HOME=$HOME/.config XDG_CACHE_HOME=$HOME/.cache XDG_DATA_HOME=$HOME/.local/share
export LC_ALL=C.UTF-8 GDK_BACKEND=x11 GSK_RENDERER=cairo LIBGL_ALWAYS_SOFTWARE=1 EGL_LOG_LEVEL=fatal GSETTINGS_BACKEND=memory
export ADW_DISABLE_PORTAL=1 GTK_USE_PORTAL=0
unset WAYLAND_DISPLAY GTK_THEME

# What the bus and its services have to say is not the command's.
exec 3>&1 4>&2
# shellcheck disable=SC2016
dbus-run-session -- bash -c 'exec "$@" >&3 2>&4 3>&- 4>&-' bash "$@" >"$scratch/bus.log" 2>&1
