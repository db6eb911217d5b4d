#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the tutorial's programs, of any language, and compares what they do with
what the tutorial says: test-tutorial.py TWO-FILES THREDDY MANAGE HELLO"""

import os
import sys
import tempfile
import unittest

import patience
import taprunner

PROGRAMS = dict(zip(("two-files", "threddy", "manage", "hello"), sys.argv[1:]))

FEW = "МалоБукв\n"
MANY = "МногоБукв\n"

MANAGE = """\
current: MainThread
1 threads: MainThread
worker is not alive
worker is alive
2 threads: MainThread worker
2 threads: MainThread renamed
join: it still runs
renamed is alive
join: it was cancelled
renamed is not alive
1 threads: MainThread
"""


def run(program, *args):
    path = PROGRAMS[program]
    command = [sys.executable, path] if path.endswith(".py") else [path]
    return patience.run(command + list(args))


class Tutorial(unittest.TestCase):
    def check_clean(self, result):
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_two_files(self):
        with tempfile.TemporaryDirectory() as directory:
            self.check_clean(run("two-files", directory))
            self.assertEqual(sorted(os.listdir(directory)), ["f1.txt", "f2.txt", "f3.txt", "f4.txt"])
            for name, content in (("f1.txt", FEW * 200), ("f2.txt", MANY * 1000),
                                  ("f3.txt", FEW * 200), ("f4.txt", MANY * 1000)):
                with open(os.path.join(directory, name), encoding="utf-8") as file:
                    self.assertEqual(file.read(), content, name)

    def test_two_files_where_there_is_no_directory(self):
        with tempfile.TemporaryDirectory() as directory:
            result = run("two-files", os.path.join(directory, "missing"))
            # Of Python's own exceptions the library knows nothing: only GLib.Error fails a thread.
            self.assertEqual(result.returncode, 0 if PROGRAMS["two-files"].endswith(".py") else 1)
            self.assertIn("f1.txt", result.stderr)

    def test_threddy(self):
        result = run("threddy")
        self.check_clean(result)
        *threads, last = result.stdout.splitlines()
        self.assertEqual(sorted(threads), ["Thread  1", "Thread  2"])
        self.assertEqual(last, "threddy1 and threddy2 are done")

    def test_manage(self):
        result = run("manage")
        self.check_clean(result)
        self.assertEqual(result.stdout, MANAGE)

    if "hello" in PROGRAMS:  # the README's: not in every language

        def test_hello(self):
            result = run("hello")
            self.check_clean(result)
            self.assertEqual(result.stdout, "hello from hello\n")


if __name__ == "__main__":
    taprunner.main()
