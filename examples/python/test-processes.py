#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tests the executor whose threads are processes: test-processes.py PROGRAM"""

import importlib.util
import os
import signal
import sys
import unittest
from unittest import mock

import taprunner
from patience import run

PROGRAM = ""


def load():
    spec = importlib.util.spec_from_file_location("processes", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestProgram(unittest.TestCase):
    def run_program(self, *arguments):
        return run([sys.executable, PROGRAM, *arguments])

    def test_primes(self):
        result = self.run_program("10", "100", "3000", "0")
        self.assertEqual(result.stdout, "primes below 10: 4\nprimes below 100: 25\n"
                                        "primes below 3000: 430\nprimes below 0: 0\n")
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_error(self):
        result = self.run_program("10", "ten")
        self.assertEqual(result.stdout, "primes below 10: 4\nprimes below ten: the child has ended with 1\n")
        self.assertEqual(result.returncode, 1)


class TestExecutor(unittest.TestCase):
    """In this process: what becomes of a child shows in its thread."""

    # It would take for ever.
    LIMIT = "1000000000"

    def start(self):
        thread = processes.Primes(self.LIMIT, executor=processes.ProcessExecutor())
        thread.start()
        run_until(lambda: thread.get_progress() > 0)
        return thread

    def test_cancel(self):
        thread = self.start()
        thread.cancel()
        with self.assertRaises(processes.GLib.Error) as caught:
            thread.join()
        self.assertTrue(caught.exception.matches(processes.Gio.io_error_quark(), processes.Gio.IOErrorEnum.CANCELLED))
        self.assertEqual(thread.get_state(), processes.MyThread.ThreadState.CANCELLED)
        self.assertEqual(thread.child.wait(), -signal.SIGTERM)

    def test_death(self):
        thread = self.start()
        os.kill(thread.child.pid, signal.SIGKILL)
        with self.assertRaises(processes.GLib.Error) as caught:
            thread.join()
        self.assertIn("-9", caught.exception.message)
        self.assertEqual(thread.get_state(), processes.MyThread.ThreadState.FAILED)

    def test_death_in_the_midst_of_a_line(self):
        child = "import os; os.write(1, b'progress 0.5\\nresult'); os.kill(os.getpid(), 9)"
        with mock.patch.object(processes, "CHILD", child):
            thread = processes.Primes(self.LIMIT, executor=processes.ProcessExecutor())
            thread.start()
        with self.assertRaises(processes.GLib.Error) as caught:
            thread.join()
        self.assertIn("-9", caught.exception.message)
        self.assertEqual(thread.get_progress(), 0.5)


if __name__ == "__main__":
    PROGRAM = sys.argv[1]
    del sys.argv[1:]
    processes = load()
    from loop import run_until
    taprunner.main()
