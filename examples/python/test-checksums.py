#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the program that python/README.md shows: test-checksums.py PROGRAM"""

import hashlib
import os
import sys
import tempfile
import unittest

import patience
import taprunner

PROGRAM = ""


def run(directory):
    return patience.run([sys.executable, PROGRAM, directory])


class TestChecksums(unittest.TestCase):
    def test_files(self):
        expected = []
        with tempfile.TemporaryDirectory() as directory:
            for i in range(30):
                text = b"%d" % i * 1000 * i
                with open(os.path.join(directory, f"file {i}"), "wb") as file:
                    file.write(text)
                expected.append(f"{hashlib.sha256(text).hexdigest()} file {i}")
            result = run(directory)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(sorted(result.stdout.splitlines()), sorted(expected))

    def test_failure(self):
        """One that fails is told of where it failed, and by the program."""
        with tempfile.TemporaryDirectory() as directory:
            os.mkdir(os.path.join(directory, "no file"))
            result = run(directory)
        self.assertEqual(result.returncode, 0)
        self.assertIn("Is a directory", result.stdout)
        self.assertIn("IsADirectoryError", result.stderr)


if __name__ == "__main__":
    PROGRAM = sys.argv[1]
    taprunner.main()
