#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes the reference in a directory of its own, with warnings as errors:
test-reference.py MAKE-REFERENCE GI-DOCGEN SETTINGS GIR EXAMPLE CONTENT-DIR..."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

import patience
import taprunner

ARGUMENTS = []


def run(*command):
    return patience.run(command, seconds=300, stderr=subprocess.STDOUT)


class TestReference(unittest.TestCase):
    def test_reference(self):
        make_reference, gi_docgen, settings, gir, example, *content = ARGUMENTS
        with tempfile.TemporaryDirectory() as directory:
            result = run(sys.executable, make_reference, gi_docgen, settings, gir, directory, example, *content)
            self.assertEqual((result.returncode, result.stdout), (0, ""))
            self.check_links(directory)
            self.check_mended(directory)

    def check_links(self, directory):
        """Every link to a file of the reference leads somewhere."""
        broken = set()
        for name in sorted(os.listdir(directory)):
            if not name.endswith(".html"):
                continue
            with open(os.path.join(directory, name), encoding="utf-8") as file:
                links = re.findall(r"(?:href|src)=\"([^\"#?]+)[^\"]*\"", file.read())
            broken |= {(name, link) for link in links
                       if ":" not in link and not os.path.exists(os.path.join(directory, link))}
        self.assertEqual(broken, set())

    def check_mended(self, directory):
        def read(name):
            with open(os.path.join(directory, name), encoding="utf-8") as file:
                return file.read()

        self.assertIn("struct MyThreadClass {", read("class.Thread.html"))
        for name in os.listdir(directory):
            if name.endswith(".html"):
                self.assertNotIn("MyThreadThread", read(name), name)
                self.assertNotIn("No description available", read(name), name)
        index = read("index.html")
        self.assertIn('<ul class="topics"><li><a href="first-thread.html">', index)
        self.assertIn("hello_run", index)
        self.assertNotIn("<em>Website</em>", index)
        page = read("gtk.html")
        self.assertEqual(page.count('<a href="first-thread.html" rel="prev">'), 2)
        self.assertEqual(page.count('<a href="streams.html" rel="next">'), 2)

    def test_documented(self):
        _, gi_docgen, settings, gir, *_ = ARGUMENTS
        result = run(gi_docgen, "check", "--config", settings, gir)
        self.assertEqual(result.returncode, 0, result.stdout)


if __name__ == "__main__":
    ARGUMENTS = sys.argv[1:]
    taprunner.main()
