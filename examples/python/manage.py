#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""manage.py: looks after a thread from outside: who runs, is it alive, what is it
called, and a join that does not wait for ever."""

import gi

gi.require_version("MyThread", "1.0")
from gi.repository import Gio, GLib, MyThread


def work(thread):
    """Works until it is told to stop."""
    while MyThread.Thread.sleep(1000000):
        pass


def print_threads():
    names = [thread.dup_name() for thread in MyThread.Thread.enumerate()]
    print(f"{MyThread.Thread.active_count()} threads:", *names)


def print_alive(thread):
    print(thread.dup_name(), "is", "alive" if thread.is_alive() else "not alive")


def print_join(thread, timeout_us):
    try:
        thread.join_timeout(timeout_us)
        print("join: it succeeded")
    except GLib.Error as error:
        if error.matches(MyThread.ThreadError.quark(), MyThread.ThreadError.TIMED_OUT):
            print("join: it still runs")
        elif error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED):
            print("join: it was cancelled")
        else:
            print("join:", error.message)


def main():
    print("current:", MyThread.Thread.get_current().dup_name())
    print_threads()
    thread = MyThread.Thread.new("worker", work)
    print_alive(thread)

    thread.start()
    print_alive(thread)
    print_threads()

    thread.set_name("renamed")
    print_threads()
    print_join(thread, 50 * 1000)
    print_alive(thread)

    thread.cancel()
    print_join(thread, -1)
    print_alive(thread)
    print_threads()


main()
