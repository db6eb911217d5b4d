#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests the process executor's program from outside: test-process-executor.py PROGRAM"""

import sys
import unittest

import patience
import taprunner

PROGRAM = ""


def run(*arguments):
    return patience.run([PROGRAM, *arguments])


class TestProcessExecutor(unittest.TestCase):
    def test_primes(self):
        result = run("10", "100", "30000", "2", "0")
        self.assertEqual(result.stdout, "10: 4\n100: 25\n30000: 3245\n2: 0\n0: 0\n")
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_many(self):
        result = run(*["1000"] * 30)
        self.assertEqual(result.stdout, "1000: 168\n" * 30)
        self.assertEqual(result.returncode, 0)

    def test_error(self):
        result = run("10", "eleven")
        self.assertEqual(result.stdout, '10: 4\neleven: "eleven" is no number\n')
        self.assertEqual(result.returncode, 1)

    def test_usage(self):
        result = run()
        self.assertEqual(result.returncode, 2)
        self.assertIn("usage:", result.stderr)

    def test_child_without_parent(self):
        """It stops when nobody is left who could tell it to go on."""
        child = run("--child", "100000000000")
        self.assertEqual(child.returncode, 1)
        self.assertNotIn("result", child.stdout)


if __name__ == "__main__":
    PROGRAM = sys.argv[1]
    del sys.argv[1:]
    taprunner.main()
