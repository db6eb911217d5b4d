#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares the pages with their programs: test-pages.py SOURCE-ROOT PROGRAM=PATH...

Each program in docs/code is shown in one page, whole; what it prints is what the
page says that it prints. A program without a path was not built on this machine."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import patience
import taprunner

PAGES = {
    "cancellation.c": "cancellation.md",
    "daemons.c": "process.md",
    "find-files.c": "gtk.md",
    "first-thread.c": "first-thread.md",
    "fork.c": "process.md",
    "from-call-before.c": "from-idle.md",
    "from-call.c": "from-idle.md",
    "from-gtask-before.c": "from-gtask.md",
    "from-gtask.c": "from-gtask.md",
    "from-gthread-before.c": "from-gthread.md",
    "from-gthread.c": "from-gthread.md",
    "from-idle-before.c": "from-idle.md",
    "from-idle.c": "from-idle.md",
    "from-python.c": "from-python.md",
    "from-python.py": "from-python.md",
    "from-qthread-before.cpp": "from-qthread.md",
    "from-qthread.c": "from-qthread.md",
    "from-queue-before.c": "from-idle.md",
    "from-queue.c": "from-idle.md",
    "groups.c": "groups.md",
    "loop-thread.c": "loop-thread.md",
    "own-signals.c": "gtk.md",
    "owner-context.c": "gtk.md",
    "parallel-filter.c": "parallel.md",
    "parallel-sort.c": "parallel.md",
    "pool-blocking.c": "pools.md",
    "pool-functions.c": "pools.md",
    "pools.c": "pools.md",
    "properties.c": "first-thread.md",
    "queued-signals.c": "queued-signals.md",
    "serial-executor.c": "pools.md",
    "side-checksums-futures.py": "side-by-side.md",
    "side-checksums.py": "side-by-side.md",
    "side-counter-gtask.c": "side-by-side.md",
    "side-counter.c": "side-by-side.md",
    "side-du-gtask.c": "side-by-side.md",
    "side-du-qt.cpp": "side-by-side.md",
    "side-du.c": "side-by-side.md",
    "stream-loop.c": "streams.md",
    "stream-no-loop.c": "streams.md",
    "sync-cancel.c": "synchronisation.md",
    "sync-deadlock.c": "synchronisation.md",
    "sync-mutex.c": "synchronisation.md",
    "thread-safety.c": "thread-safety.md.in",
    "vala-async.vala": "vala.md",
    "vala-groups.vala": "vala.md",
    "vala-primes.vala": "vala.md",
    "window.c": "gtk.md",
}
LANGUAGES = {".c": "c", ".cpp": "cpp", ".py": "python", ".vala": "vala"}
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

    def test_line_counts(self):
        """The table of side-by-side.md, and that ours are the shorter ones."""
        self.check_run("make-line-counts.py", [sys.executable, os.path.join(ROOT, "docs", "make-line-counts.py"), "--check"])


def set_test(name, test):
    setattr(TestPages, "test_run_" + re.sub(r"\W", "_", name), test)


def add_run(name, path):
    def test(self):
        self.assertIn(self.check_run(name, [sys.executable, path] if path.endswith(".py") else [path]),
                      blocks(PAGES[name], "text"))

    set_test(name, test)


def add_window(name, path, output=""):
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
                self.assertEqual(self.check_run(name, [path], DISPLAY=":" + display, G_DEBUG="fatal-warnings", EGL_LOG_LEVEL="fatal",
                                                GTK_A11Y="none", GSK_RENDERER="cairo", GSETTINGS_BACKEND="memory",
                                                GDK_BACKEND="x11"), output)
            finally:
                server.terminate()

    set_test(name, test)


def add_counter(name, path):
    """What the window of side-by-side.md did, when drive-counter.c had used it."""
    add_window(name, path, "cancelled\n100 of 100, 100%\nclosed while it counts\n")


def add_find_files(name, path):
    """What the window of gtk.md has shown, when drive-find-files.c had used it."""
    add_window(name, path, '2 with "ap"\nnone with "apx"\n1 with "banana"\n')


def write_files(directory):
    """On the disk, so that they no longer change how much they take there."""
    for name, size in {"one": 100_000, "inner/two": 5_000, "inner/empty": 0}.items():
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(os.urandom(size))
            file.flush()
            os.fsync(file.fileno())
    os.symlink("/usr", os.path.join(directory, "link"))


def disk_usage(directory):
    paths = [directory] + [os.path.join(top, name) for top, inner, files in os.walk(directory) for name in inner + files]
    return sum(512 * os.lstat(path).st_blocks for path in paths)


def add_du(name, path):
    def test(self):
        with tempfile.TemporaryDirectory() as directory:
            write_files(directory)
            directories = [os.path.join(directory, "inner"), directory]
            self.assertEqual(self.check_run(name, [path]), "")
            self.assertEqual(self.check_run(name, [path] + directories),
                             "".join(f"{disk_usage(each)}\t{each}\n" for each in directories))

            # One that can not be read.
            result = run([path] + directories + [os.path.join(directory, "missing")])
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertRegex(result.stderr, r"\Adu: .*missing.*\n\Z")

    set_test(name, test)


def is_read(path, writers):
    """Whether somebody has opened the FIFO. Then it stays open for writing."""
    try:
        writers.append(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def interrupt(command, directory, environment):
    """Ctrl-C, while four files are being read and a fifth waits. What comes of it: returncode, stdout, stderr."""
    fifos = [os.path.join(directory, f"fifo-{number}") for number in range(4)]
    writers = []
    for fifo in fifos:
        os.mkfifo(fifo)
    with subprocess.Popen(command + fifos + [os.path.join(directory, "one")], env=environment, encoding="utf-8",
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler)) as process:
        try:
            for fifo in fifos:
                patience.wait_until(lambda path=fifo: process.poll() is not None or is_read(path, writers))
            process.send_signal(signal.SIGINT)
        except AssertionError:
            process.kill()
            raise
        finally:
            for writer in writers:
                os.close(writer)
        stdout, stderr = patience.communicate(process)
    return process.returncode, stdout, stderr


def add_checksums(name, path, **variables):
    def test(self):
        with tempfile.TemporaryDirectory() as directory:
            write_files(directory)
            files = [os.path.join(directory, each) for each in ("one", "inner/two", "inner/empty")]
            lines = []
            for each in files:
                with open(each, "rb") as file:
                    lines.append(f"{hashlib.sha256(file.read()).hexdigest()} {each}")
            command = [sys.executable, path]
            self.assertEqual(sorted(self.check_run(name, command + files, **variables).splitlines()), sorted(lines))

            # One that can not be read.
            files.insert(1, os.path.join(directory, "missing"))
            result = run(command + files, **variables)
            self.assertEqual((result.returncode, sorted(result.stdout.splitlines())), (1, sorted(lines)))
            self.assertRegex(result.stderr, r"\A.*No such file.*missing.*\n\Z")

            returncode, _stdout, stderr = interrupt(command, directory, dict(os.environ, LC_ALL="C.UTF-8", **variables))
            self.assertIn(returncode, (-signal.SIGINT, 128 + signal.SIGINT), stderr)
            self.assertRegex(stderr, r"KeyboardInterrupt\n\Z")

    set_test(name, test)


def with_overrides(path):
    return {"PYTHONPATH": path + os.pathsep + os.environ.get("PYTHONPATH", "")}


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
        output = self.check_run("from-python.py", [sys.executable, "-c", text.replace(IMPORT, OVERRIDES)],
                                **with_overrides(path))
        self.assertIn(output, blocks("from-python.md", "text"))

    setattr(TestPages, "test_run_from_python_py_with_overrides", test)


if __name__ == "__main__":
    ROOT = sys.argv[1]
    PROGRAMS.update(argument.split("=", 1) for argument in sys.argv[2:])
    for program, program_path in PROGRAMS.items():
        {
            "find-files.c": add_find_files,
            "overrides": lambda n, p: add_overrides(p),
            "pools.c": lambda n, p: add_pools(p),
            "side-checksums-futures.py": add_checksums,
            "side-checksums.py": lambda n, p: add_checksums(n, p, **with_overrides(PROGRAMS["overrides"])),
            "side-counter-gtask.c": add_counter,
            "side-counter.c": add_counter,
            "side-du-gtask.c": add_du,
            "side-du-qt.cpp": add_du,
            "side-du.c": add_du,
            "window.c": add_window,
        }.get(program, add_run)(program, program_path)
    taprunner.main()
