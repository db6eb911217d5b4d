#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the READMEs with the tree: test-readme.py SOURCE-ROOT"""

import os
import re
import sys
import unittest

import taprunner

SOURCE_ROOT = ""


def read(*names):
    with open(os.path.join(SOURCE_ROOT, *names), encoding="utf-8") as file:
        return file.read()


def without_head(text):
    """The program, without the comment at its head."""
    return re.sub(r"\A(/\*.*?\*/\n|(#.*\n)+)\n*", "", text, flags=re.DOTALL if text.startswith("/*") else 0)


class TestReadme(unittest.TestCase):
    def check_block(self, language, *names, page=("README.md",)):
        blocks = re.findall(rf"^```{language}\n(.*?)^```$", read(*page), re.MULTILINE | re.DOTALL)
        self.assertIn(without_head(read(*names)), blocks)

    def test_c(self):
        self.check_block("c", "examples", "subclass", "hello.c")

    def test_python(self):
        self.check_block("python", "examples", "python", "hello.py")

    def test_python_overrides(self):
        self.check_block("python", "examples", "python", "checksums.py", page=("python", "README.md"))

    def test_links(self):
        links = re.findall(r"\]\(([^)#]+)\)", read("README.md"))
        self.assertTrue(links)
        for link in links:
            if "://" not in link:
                self.assertTrue(os.path.exists(os.path.join(SOURCE_ROOT, link)), link)

    def test_commands(self):
        self.assertIn("./dev demo", read("README.md"))
        self.assertIn("./dev test", read("README.md"))


if __name__ == "__main__":
    SOURCE_ROOT = sys.argv[1]
    taprunner.main()
