#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds a small Meson project that has this tree as a subproject, in a directory
that is kept for the next time: test-subproject.py SOURCE-ROOT SCRATCH-DIRECTORY"""

import os
import shutil
import subprocess
import sys
import unittest

import taprunner
from patience import run

SOURCE_ROOT = ""
SCRATCH = ""
HERE = os.path.dirname(os.path.abspath(__file__))


class TestSubproject(unittest.TestCase):
    def run_meson(self, *args):
        result = run(["meson", *args], seconds=300, stderr=subprocess.STDOUT)
        self.assertEqual(result.returncode, 0, result.stdout)
        return result.stdout

    def test_fallback(self):
        project = os.path.join(SCRATCH, "project")
        build = os.path.join(SCRATCH, "build")
        link = os.path.join(project, "subprojects", "mythread")

        os.makedirs(os.path.dirname(link), exist_ok=True)
        shutil.copy2(os.path.join(HERE, "subproject-user", "meson.build"), project)
        shutil.copy2(os.path.join(HERE, "user.c"), project)
        if not os.path.islink(link):
            os.symlink(SOURCE_ROOT, link)

        if not os.path.exists(os.path.join(build, "build.ninja")):
            shutil.rmtree(build, ignore_errors=True)
            # Not one that happens to be installed.
            self.run_meson("setup", "--force-fallback-for=mythread-1.0,mythread", build, project)
        self.run_meson("compile", "-C", build, "user")

        user = run([os.path.join(build, "user")], check=True)
        self.assertEqual(user.stdout, "42 1.0\n")


if __name__ == "__main__":
    SOURCE_ROOT, SCRATCH = map(os.path.abspath, sys.argv[1:])
    taprunner.main()
