#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""two-files.py [DIR]: the functional form. Two threads at a time write a file
each: first with positional arguments, then with named ones."""

import os
import sys

import gi

gi.require_version("MyThread", "1.0")
from gi.repository import GLib, MyThread


def prescript(thefile, num):
    with open(thefile, "w", encoding="utf-8") as f:
        for i in range(num):
            if num > 500:
                f.write("МногоБукв\n")
            else:
                f.write("МалоБукв\n")


def prescript_args(thread):
    prescript(*thread.get_args())


def prescript_kwargs(thread):
    prescript(**thread.get_kwargs().unpack())


def thread_with_args(thefile, num):
    args = GLib.Variant("(si)", (thefile, num))
    return MyThread.Thread.new_with_args(None, args, None, prescript_args)


def thread_with_kwargs(thefile, num):
    kwargs = GLib.Variant("a{sv}", {"thefile": GLib.Variant("s", thefile), "num": GLib.Variant("i", num)})
    return MyThread.Thread.new_with_args(None, None, kwargs, prescript_kwargs)


def run_both(thread1, thread2):
    thread1.start()
    thread2.start()
    thread1.join()
    thread2.join()


def main():
    directory = sys.argv[1] if len(sys.argv) > 1 else "."

    def path(name):
        return os.path.join(directory, name)

    run_both(thread_with_args(path("f1.txt"), 200), thread_with_args(path("f2.txt"), 1000))
    run_both(thread_with_kwargs(path("f3.txt"), 200), thread_with_kwargs(path("f4.txt"), 1000))


main()
