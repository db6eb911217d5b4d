#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests the checksum example from outside: test-checksum.py CHECKSUM"""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

import patience
import taprunner

CHECKSUM = ""

ODD_NAMES = [
    b"plain",
    b"with space",
    b" leading and trailing ",
    b"-n",
    b"--output",
    b"new\nline",
    b"carriage\rreturn",
    b"back\\slash",
    b"\\n",
    b"all\\of\nthem\r",
    b"tab\tbell\a",
    b"\x1b[2J\x1b[31mred",
    b"quote'\"`$(id)",
    b"*?[x]",
    b"latin1-\xe9\xff",
    b"cut-\xd0",
    "русский-日本語-🎉".encode(),
    "right-\u202eto-left".encode(),
    b".hidden",
    b"long-" + b"x" * 240,
]


def is_root():
    return os.geteuid() == 0


# The superuser reads everything; without these two capabilities he is held to the
# permissions like anybody.
AS_ANYBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if is_root() else []


def environment(**extra):
    env = dict(os.environ, LC_ALL="C.UTF-8", G_DEBUG="fatal-warnings", TERM="xterm")
    env.update(extra)
    return env


def checksum(*args, prefix=(), env=None, cwd=None):
    return patience.run([*prefix, CHECKSUM, *args], encoding=None, env=env or environment(), cwd=cwd)


def sha256sum(directory, prefix=(), cwd=None):
    """What sha256sum says of the same files, in the order of the bytes of their names."""
    find = subprocess.run(["find", directory, "-type", "f", "-print0"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, cwd=cwd, check=False)
    names = sorted(name for name in find.stdout.split(b"\0") if name)
    result = subprocess.run([*prefix, "sha256sum", "--", *names], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, cwd=cwd, check=False)
    return result.stdout


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)


def write_sparse(path, size):
    with open(path, "wb") as file:
        file.truncate(size)


class Case(unittest.TestCase):
    def setUp(self):
        self.top = os.fsencode(tempfile.mkdtemp(prefix="checksum-"))
        self.addCleanup(self.remove_top)

    def remove_top(self):
        for root, directories, _ in os.walk(self.top):
            for name in directories:
                path = os.path.join(root, name)
                if not os.path.islink(path):
                    os.chmod(path, 0o700)
        shutil.rmtree(self.top)

    def path(self, *names):
        return os.path.join(self.top, *names)

    def make_odd_files(self, large_mb=2):
        """Files of many kinds and names; returns how many are no regular files."""
        for number, name in enumerate(ODD_NAMES):
            write(self.path(name), b"content %d\n" % number)
        write(self.path(b"empty"), b"")
        # No two of its blocks are equal.
        with open(self.path(b"large"), "wb") as file:
            for number in range(large_mb * 16):
                file.write(struct.pack("<Q", number) * 8192)
        # The edges of the block that is read at a time.
        for size in (128 * 1024 - 1, 128 * 1024, 128 * 1024 + 1):
            write(self.path(b"size-%d" % size), b"x" * size)

        os.makedirs(self.path(b"nested/deeper/de\nepest"))
        os.makedirs(self.path(b"empty-directory/and-another"))
        write(self.path(b"nested/deeper/de\nepest/file"), b"deep\n")
        os.link(self.path(b"plain"), self.path(b"hard-link"))

        os.symlink(b"plain", self.path(b"link-to-file"))
        os.symlink(b"nested", self.path(b"link-to-directory"))
        os.symlink(b"/nonexistent", self.path(b"link-dangling"))
        os.symlink(b".", self.path(b"nested/link-to-itself"))
        os.mkfifo(self.path(b"fifo"))
        return 5


class TestSums(Case):
    def check_sums(self, result, directory, cwd=None):
        self.assertEqual(result.stdout, sha256sum(directory, cwd=cwd))

    def test_equal_to_sha256sum(self):
        n_special = self.make_odd_files(large_mb=40)
        result = checksum(self.top)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.check_sums(result, self.top)
        self.assertIn(b"%d skipped, 0 failed" % n_special, result.stderr)
        self.assertGreater(len(result.stdout.splitlines()), len(ODD_NAMES))

    def test_understood_by_sha256sum(self):
        self.make_odd_files()
        sums = tempfile.NamedTemporaryFile(prefix="checksum-sums-")
        with sums:
            result = checksum("--output", sums.name, self.top)
            self.assertEqual((result.returncode, result.stdout), (0, b""), result.stderr)
            with open(sums.name, "rb") as file:
                self.assertEqual(file.read(), sha256sum(self.top))
            patience.run(["sha256sum", "--check", "--strict", "--quiet", sums.name], check=True)

    def test_any_division_into_threads(self):
        self.make_odd_files()
        expected = sha256sum(self.top)
        for options in (["--batch=1"], ["--batch=1", "--jobs=1"], ["--batch=3", "-j", "64"], ["--batch=1000000"]):
            result = checksum("--quiet", *options, self.top)
            self.assertEqual((result.returncode, result.stderr), (0, b""), options)
            self.assertEqual(result.stdout, expected, options)

    def test_any_locale(self):
        self.make_odd_files()
        for locale in ("C", "C.UTF-8", "en_US.ISO-8859-1"):
            result = checksum(self.top, env=environment(LC_ALL=locale))
            self.assertEqual(result.returncode, 0, result.stderr)
            self.check_sums(result, self.top)

    def test_name_of_directory(self):
        os.mkdir(self.path(b"-d"))
        write(self.path(b"-d/file"), b"x")
        os.symlink(b"-d", self.path(b"link"))
        for directory in (b".", b"./-d", b"./-d/"):
            self.check_sums(checksum("--", directory, cwd=self.top), directory, cwd=self.top)
        self.assertTrue(checksum("--", "-d", cwd=self.top).stdout.endswith(b"  -d/file\n"))
        # DIR itself may be a link.
        self.assertTrue(checksum("link", cwd=self.top).stdout.endswith(b"  link/file\n"))

    def test_empty_directory(self):
        result = checksum(self.top)
        self.assertEqual((result.returncode, result.stdout), (0, b""))
        self.assertIn(b"0 of 0 files", result.stderr)

    def test_unreadable(self):
        if AS_ANYBODY and subprocess.run([*AS_ANYBODY, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
            self.skipTest("the superuser can not lay down what makes him read everything")
        self.make_odd_files()
        write(self.path(b"secret\x1b[1m"), b"x")
        os.chmod(self.path(b"secret\x1b[1m"), 0)
        os.mkdir(self.path(b"locked"))
        write(self.path(b"locked/inside"), b"x")
        os.chmod(self.path(b"locked"), 0)

        result = checksum(self.top, prefix=AS_ANYBODY)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(result.stdout, sha256sum(self.top, prefix=AS_ANYBODY))
        self.assertIn(b"/secret\\033[1m: Permission denied\n", result.stderr)
        self.assertIn(b"/locked: Permission denied\n", result.stderr)
        self.assertIn(b", 2 failed", result.stderr)
        self.assertNotIn(b"\x1b", result.stderr)

    def test_unreadable_by_anyone(self):
        # A path longer than the system takes.
        here = os.open(self.top, os.O_RDONLY)
        name = "d" * 250
        for _ in range(20):
            os.mkdir(name, dir_fd=here)
            deeper = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = deeper
        os.close(os.open("unreachable", os.O_CREAT | os.O_WRONLY, dir_fd=here))
        os.close(here)
        write(self.path(b"reachable"), b"x")
        try:
            result = checksum(self.top)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertEqual(len(result.stdout.splitlines()), 1)
            self.assertIn(b"File name too long", result.stderr)
        finally:
            subprocess.run(["rm", "-rf", os.path.join(os.fsdecode(self.top), name)], check=True)

    def test_file_becomes_something_else(self):
        # Whatever wins: it must neither hang nor fail in another way than these.
        for number in range(200):
            write(self.path(b"f%d" % number), b"x")
        with subprocess.Popen([CHECKSUM, "--batch=1", self.top], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=environment()) as process:
            for number in reversed(range(200)):
                os.unlink(self.path(b"f%d" % number))
                if number % 2:
                    os.mkfifo(self.path(b"f%d" % number))
                else:
                    os.symlink(b"/dev/zero", self.path(b"f%d" % number))
            _, stderr = patience.communicate(process)
        self.assertIn(process.returncode, (0, 1), stderr)
        for line in stderr.splitlines():
            self.assertRegex(line, rb"No such file or directory|files|threads")


class TestStatus(Case):
    def check_usage(self, *args):
        result = checksum(*args, cwd=self.top)
        self.assertEqual((result.returncode, result.stdout), (2, b""), args)
        self.assertTrue(result.stderr.startswith(b"checksum: "), result.stderr)

    def test_usage(self):
        self.check_usage("--no-such-option")
        self.check_usage(".", "..")
        self.check_usage("missing")
        self.check_usage("")
        self.check_usage("--jobs=0")
        self.check_usage("--jobs=-1")
        self.check_usage("--jobs=many")
        self.check_usage("--batch=0")
        self.check_usage("--batch")
        write(self.path(b"file\x1b"), b"")
        self.check_usage(b"file\x1b")

    def test_help(self):
        result = checksum("--help")
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertIn(b"[DIR]", result.stdout)

    def test_output_that_can_not_be_written(self):
        write(self.path(b"file"), b"x")
        for output in ("missing/file", "/dev/full"):
            result = checksum("--output", output, ".", cwd=self.top)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertIn(output.encode() + b": ", result.stderr)

    def test_quiet(self):
        write(self.path(b"file"), b"x")
        result = checksum("--quiet", "--output=-", ".", cwd=self.top)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertEqual(result.stdout, sha256sum(b".", cwd=self.top))


class TestSignals(Case):
    def setUp(self):
        super().setUp()
        write(self.path(b"small"), b"x")
        # Larger than anyone would wait for, and without content on the disk.
        for number in range(8):
            write_sparse(self.path(b"huge-%d" % number), 1 << 38)

    def interrupt(self, number):
        with subprocess.Popen([CHECKSUM, "--batch=1", "--jobs=3", self.top], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, bufsize=0, env=environment()) as process:
            # The first line of progress says that threads run; on a busy machine some come before, while it looks for files.
            for line in process.stderr:
                self.assertRegex(line, rb"^all: +\d+%, ")
                if b" of 9 files" in line:
                    break
            process.send_signal(number)
            stdout, stderr = patience.communicate(process)
        self.assertEqual(process.returncode, 128 + number, stderr)
        self.assertRegex(stderr, rb"(?m)^checksum: interrupted: [01] of 9 files, .*/s\n"
                                 rb"checksum: \d threads, [0-3] at a time; 0 skipped, 0 failed\n\Z")
        n_threads, n_at_a_time = map(int, re.search(rb"(\d+) threads, (\d+) at a time", stderr).groups())
        self.assertEqual(n_at_a_time, min(n_threads, 3))
        # Half a file has no sum.
        self.assertIn(stdout.count(b"\n"), (0, 1))

    def test_interrupt(self):
        self.interrupt(signal.SIGINT)

    def test_terminate(self):
        self.interrupt(signal.SIGTERM)

    def test_interrupt_at_any_time(self):
        # Also while it looks for files, and before it does anything.
        for delay_ms in range(0, 60, 3):
            with subprocess.Popen([CHECKSUM, "--quiet", "/usr/share"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, env=environment()) as process:
                time.sleep(delay_ms / 1000)
                process.send_signal(signal.SIGINT)
                _, stderr = patience.communicate(process)
            # Before it has taken the signal over, the signal does what it always did.
            self.assertIn(process.returncode, (-signal.SIGINT, 128 + signal.SIGINT, 0), stderr)


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, args, rows=24, **env):
        self.output = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
                os.execve(args[0], args, environment(**env))
            finally:
                os._exit(127)

    def read(self, until=None):
        """Reads until there is something, or to the end."""
        waited = patience.Patience()
        while until is None or not re.search(until, self.output):
            ready, _, _ = select.select([self.fd], [], [], waited.LOOK_S)
            if not ready:
                if waited.is_over():
                    raise TimeoutError(self.output[-1000:])
                continue
            try:
                chunk = os.read(self.fd, 65536)
            except OSError:  # the other side is closed
                chunk = b""
            if not chunk:
                break
            self.output += chunk

    def type(self, keys):
        os.write(self.fd, keys)

    def wait(self):
        self.read()
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class TestTerminal(Case):
    def setUp(self):
        super().setUp()
        for number in range(4):
            write_sparse(self.path(b"huge\x1b[2J-\xff-%d" % number), 1 << 38)

    def test_progress(self):
        terminal = Terminal([CHECKSUM, "--batch=1", "--jobs=3", os.fsdecode(self.top)])
        # Three threads, each with what it reads, and the group, drawn twice: up by four lines in between.
        full = rb"\x1b\[4A\x1b\[\?7l(?:batch-.*-[0-3]\x1b\[K\r?\n){3}.*\n\x1b\[\?7h\x1b\[J"
        terminal.read(full + rb"(?s:.*)" + full + rb"(?s:.*)\x1b\[4A")
        terminal.type(b"\x03")
        status = terminal.wait()
        self.assertEqual(status, 128 + signal.SIGINT, terminal.output)

        text = terminal.output.replace(b"^C", b"").decode()
        *screens, last = re.split(r"\r(?:\x1b\[\d+A)", text)
        # What is longer than a line is cut by the terminal.
        drawn = [re.findall(r"^(?:\x1b\[\?7l)?(.*?)\x1b\[K\r?$", screen, re.MULTILINE) for screen in screens]
        # Ctrl-C throws away what the terminal has not shown yet; in the end it wraps lines as before.
        self.assertGreater(text.rfind("\x1b[?7h"), text.rfind("\x1b[?7l"))
        self.assertLessEqual(max(map(len, drawn)), 4, screens)
        # The last ones may have less: once interrupted, a thread may end before the others, and its line goes.
        full = [lines for lines in drawn if len(lines) == 4]
        self.assertGreaterEqual(len(full), 2, screens)
        lines = full[-1]
        for line in lines[:3]:
            self.assertRegex(line, r"^batch-[123] +\[[#.]{20}\] +\d+%  huge.*-[0123]$")
        self.assertEqual(len({line.split()[0] for line in lines}), 4)
        self.assertRegex(lines[3], r"^all +\[[#.]{20}\] +\d+%  ")
        # The moving lines are gone, and the report is what stays.
        self.assertRegex(last, r"^\x1b\[Jchecksum: interrupted: 0 of 4 files, ")
        # A file's name moves no cursor.
        self.assertNotIn("\x1b[2J", text)
        self.assertEqual(set(re.findall(r"\x1b\[\d*(.)", text)), set("AKJ?"))

    def test_low(self):
        terminal = Terminal([CHECKSUM, "--batch=1", "--jobs=4", os.fsdecode(self.top)], rows=4)
        terminal.read(rb"\x1b\[2A(?s:.*)\x1b\[2A")
        terminal.type(b"\x03")
        self.assertEqual(terminal.wait(), 130)
        self.assertLessEqual(max(int(up) for up in re.findall(rb"\x1b\[(\d+)A", terminal.output)), 3)

    def test_sums_are_not_for_terminals(self):
        shutil.rmtree(self.top)
        os.mkdir(self.top)
        write(self.path(b"file"), b"x")
        terminal = Terminal([CHECKSUM, os.fsdecode(self.top)])
        self.assertEqual(terminal.wait(), 0)
        self.assertNotIn(b"/file", terminal.output.splitlines()[-1])
        self.assertIn(b"checksum: 1 of 1 files", terminal.output)
        self.assertNotRegex(terminal.output, rb"[0-9a-f]{64}")

        terminal = Terminal([CHECKSUM, "--quiet", "-o", "-", os.fsdecode(self.top)])
        self.assertEqual(terminal.wait(), 0)
        self.assertEqual(terminal.output.replace(b"\r\n", b"\n"), sha256sum(self.top))

    def test_dumb(self):
        terminal = Terminal([CHECKSUM, "--batch=1", os.fsdecode(self.top)], TERM="dumb")
        terminal.read(rb"all: +\d+%, ")
        terminal.type(b"\x03")
        self.assertEqual(terminal.wait(), 130)
        self.assertNotIn(b"\x1b", terminal.output)


if __name__ == "__main__":
    CHECKSUM = os.path.abspath(sys.argv[1])
    taprunner.main()
