# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the Python bindings have in common."""

import time

import gi

gi.require_version("MyThread", "1.0")
from gi.repository import GLib, MyThread  # noqa: E402

DEADLINE_S = 30
MS = 1000
SECOND = 1000 * MS


def run_until(condition):
    """Runs the main loop until something is so."""
    context = GLib.MainContext.default()
    deadline = time.monotonic() + DEADLINE_S
    # So that the loop turns, and the deadline is seen, where nothing comes.
    tick = GLib.timeout_add(10, lambda: GLib.SOURCE_CONTINUE)
    try:
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError("it did not come about")
            context.iteration(True)
    finally:
        GLib.source_remove(tick)


def record(thread, *names):
    """A list to which each of the signals adds its name."""
    log = []
    for name in names:
        thread.connect(name, lambda *args, name=name: log.append(name))
    return log


def is_error(error, code):
    """Whether it is one of the library's own."""
    return error.matches(MyThread.ThreadError.quark(), code)
