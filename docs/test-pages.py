#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the pages with their programs: test-pages.py SOURCE-ROOT PROGRAM=PATH...

Each program in docs/code is shown in one page, whole; what it prints is what the
page says that it prints. A program without a path was not built on this machine."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import patience
import taprunner

PAGES = {
    "cancellation.c": "cancellation.md",
    "daemons.c": "process.md",
    "first-thread.c": "first-thread.md",
    "fork.c": "process.md",
    "from-gtask-before.c": "from-gtask.md",
    "from-gtask.c": "from-gtask.md",
    "from-gthread-before.c": "from-gthread.md",
    "from-gthread.c": "from-gthread.md",
    "from-python.c": "from-python.md",
    "from-python.py": "from-python.md",
    "from-qthread-before.cpp": "from-qthread.md",
    "from-qthread.c": "from-qthread.md",
    "groups.c": "groups.md",
    "owner-context.c": "gtk.md",
    "parallel-filter.c": "parallel.md",
    "parallel-sort.c": "parallel.md",
    "pool-blocking.c": "pools.md",
    "pool-functions.c": "pools.md",
    "pools.c": "pools.md",
    "serial-executor.c": "pools.md",
    "thread-safety.c": "thread-safety.md.in",
    "window.c": "gtk.md",
}
LANGUAGES = {".c": "c", ".cpp": "cpp", ".py": "python"}
IMPORT = "import threading\n"
OVERRIDES = "from gi.repository import MyThread as threading\n"

ROOT = ""
PROGRAMS = {}


def read(*names):
    with open(os.path.join(ROOT, *names), encoding="utf-8") as file:
        return file.read()


def without_head(text):
    """The program, without the comment at its head."""
    if text.startswith("/*"):
        return re.sub(r"\A/\*.*?\*/\n+", "", text, flags=re.DOTALL)
    return re.sub(r"\A(#.*\n)+\n*", "", text)


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", read("docs", page), re.MULTILINE | re.DOTALL)


def run(command, **variables):
    environment = dict(os.environ, LC_ALL="C.UTF-8", **variables)
    return patience.run(command, seconds=300, env=environment)


class TestPages(unittest.TestCase):
    def check_run(self, name, command, **variables):
        result = run(command, **variables)
        self.assertEqual((result.returncode, result.stderr), (0, ""), name)
        return result.stdout

    def test_every_program_is_shown(self):
        programs = [name for name in os.listdir(os.path.join(ROOT, "docs", "code")) if
                    os.path.splitext(name)[1] in LANGUAGES]
        self.assertEqual(sorted(programs), sorted(PAGES))
        for name, page in PAGES.items():
            with self.subTest(program=name):
                language = LANGUAGES[os.path.splitext(name)[1]]
                self.assertIn(without_head(read("docs", "code", name)), blocks(page, language))

    def test_links(self):
        """What the pages link to is there; gi-docgen looks only at its own links."""
        pages = set(PAGES.values())
        targets = {re.sub(r"\.md(\.in)?$", ".html", page) for page in pages}
        targets |= {name for name in os.listdir(os.path.join(ROOT, "docs")) if name.endswith(".svg")}
        for page in pages:
            for link in re.findall(r"\]\(([^)#]+)\)", read("docs", page)):
                self.assertIn(link, targets, page)

    def test_settings(self):
        """Every page is in the reference."""
        for page in set(PAGES.values()):
            self.assertIn(f'"{page.replace(".in", "")}"', read("docs", "mythread.toml.in"))


def add_run(name, path):
    def test(self):
        self.assertIn(self.check_run(name, [sys.executable, path] if path.endswith(".py") else [path]),
                      blocks(PAGES[name], "text"))

    setattr(TestPages, "test_run_" + re.sub(r"\W", "_", name), test)


def add_window(path):
    def test(self):
        """A window of its own, on a display of its own, with no warning."""
        if shutil.which("Xvfb") is None:
            self.skipTest("there is no Xvfb")
        reader, writer = os.pipe()
        with subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-nolisten", "tcp"], pass_fds=[writer],
                              stderr=subprocess.DEVNULL) as server:
            os.close(writer)
            try:
                with os.fdopen(reader) as file:
                    display = file.readline().strip()
                self.assertEqual(self.check_run("window.c", [path], DISPLAY=":" + display, G_DEBUG="fatal-warnings", EGL_LOG_LEVEL="fatal",
                                                GTK_A11Y="none", GSK_RENDERER="cairo", GSETTINGS_BACKEND="memory",
                                                GDK_BACKEND="x11"), "")
            finally:
                server.terminate()

    setattr(TestPages, "test_run_window_c", test)


def add_pools(path):
    def test(self):
        """In the directory that the page makes."""
        (script,) = blocks("pools.md", "sh")
        with tempfile.TemporaryDirectory() as directory:
            os.symlink(path, os.path.join(directory, "pools"))
            self.assertIn(self.check_run("pools.c", ["sh", "-ec", f'cd "$0"\n{script}', directory]), blocks("pools.md", "text"))

    setattr(TestPages, "test_run_pools_c", test)


def add_overrides(path):
    def test(self):
        """The program for Python's threading, with the line of the import changed."""
        text = read("docs", "code", "from-python.py")
        self.assertIn(IMPORT, text)
        self.assertIn(OVERRIDES, blocks("from-python.md", "python"))
        python_path = path + os.pathsep + os.environ.get("PYTHONPATH", "")
        output = self.check_run("from-python.py", [sys.executable, "-c", text.replace(IMPORT, OVERRIDES)],
                                PYTHONPATH=python_path)
        self.assertIn(output, blocks("from-python.md", "text"))

    setattr(TestPages, "test_run_from_python_py_with_overrides", test)


if __name__ == "__main__":
    ROOT = sys.argv[1]
    PROGRAMS.update(argument.split("=", 1) for argument in sys.argv[2:])
    for program, program_path in PROGRAMS.items():
        {
            "overrides": lambda n, p: add_overrides(p),
            "pools.c": lambda n, p: add_pools(p),
            "window.c": lambda n, p: add_window(p),
        }.get(program, add_run)(program, program_path)
    taprunner.main()
