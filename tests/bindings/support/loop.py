# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the Python bindings have in common."""

import unittest

import gi

gi.require_version("MyThread", "1.0")
from gi.repository import Gio, GLib, MyThread  # noqa: E402

from patience import wait_until  # noqa: E402

MS = 1000
SECOND = 1000 * MS


def run_until(condition):
    """Runs the main loop until something is so."""
    context = GLib.MainContext.default()
    # So that the loop turns, and patience is lost, where nothing comes.
    tick = GLib.timeout_add(10, lambda: GLib.SOURCE_CONTINUE)
    try:
        wait_until(condition, lambda: context.iteration(True))
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


class Worker(MyThread.Thread):
    """A subclass as one writes it in Python, with a constructor of its own."""

    def __init__(self, function, **properties):
        super().__init__(**properties)
        self.function = function
        self.seen = None

    def do_run(self):
        self.seen = self.function(self)


def sleep_until_cancelled(_thread):
    while MyThread.Thread.sleep(SECOND):
        pass


def fail(_thread):
    raise GLib.Error("no such luck", domain=GLib.quark_to_string(Gio.io_error_quark()), code=Gio.IOErrorEnum.BUSY)


class Case(unittest.TestCase):
    def assertThreadError(self, code, function, *args):
        with self.assertRaises(GLib.Error) as caught:
            function(*args)
        self.assertTrue(is_error(caught.exception, code), caught.exception)

    def assertIOError(self, code, function, *args):
        with self.assertRaises(GLib.Error) as caught:
            function(*args)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), code), caught.exception)
