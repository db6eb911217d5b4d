#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A whole program on MyThread: install(), and `python3 -m mythread PROGRAM`. Each program is a process of its own."""

import importlib.util
import os
import sys
import tempfile
import textwrap
import unittest

import taprunner
from patience import run

# Suites of CPython's that use threading through others, or from inside, and no clock.
SUITES = ["test_context", "test_httpservers", "test_socketserver", "test_thread", "test_threading_local"]


class TestInstall(unittest.TestCase):
    maxDiff = None

    def check(self, arguments, stdout, status=0, stderr=None):
        result = run([sys.executable, "-X", "faulthandler", *arguments])
        self.assertEqual((result.stdout, result.returncode), (stdout, status), result.stderr)
        if stderr is not None:
            self.assertEqual(result.stderr, stderr)

    def program(self, text, stdout, status=0):
        """As a file."""
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "program.py")
            with open(path, "w", encoding="utf-8") as file:
                file.write(textwrap.dedent(text))
            self.check(["-m", "mythread", path], stdout, status, stderr="")

    def test_command_line(self):
        print_arguments = "import sys, threading; print(sys.argv[1:], threading.Thread.__module__, __name__)"
        expected = "['a', '-b'] gi.overrides.MyThread __main__\n"
        self.check(["-m", "mythread", "-c", print_arguments, "a", "-b"], expected)
        with tempfile.TemporaryDirectory() as directory:
            for path in "module.py", "__main__.py":
                with open(os.path.join(directory, path), "w", encoding="utf-8") as file:
                    file.write(print_arguments)
            self.check(["-m", "mythread", os.path.join(directory, "module.py"), "a", "-b"], expected)
            self.check(["-m", "mythread", directory, "a", "-b"], expected)
        self.check(["-m", "mythread", "-m", "calendar", "2026", "11"], run([sys.executable, "-m", "calendar", "2026", "11"]).stdout)
        self.check(["-m", "mythread", "-c", "import sys; sys.exit(3)"], "", status=3)
        self.check(["-m", "mythread"], "", status=2)
        self.check(["-m", "mythread", "-m"], "", status=2)

    def test_everything_runs_on_it(self):
        self.program("""\
            import asyncio, concurrent.futures, logging, queue, threading
            from gi.repository import MyThread

            assert threading.Thread is MyThread.Thread
            assert threading.current_thread() is threading.main_thread()
            assert isinstance(threading.main_thread(), threading._MainThread)
            assert not isinstance(threading.main_thread(), threading._DummyThread)
            assert threading.enumerate() == [threading.main_thread()] and threading.active_count() == 1

            def is_ours(_=None):
                thread = threading.current_thread()
                return isinstance(thread, MyThread.Thread) and MyThread.Thread.get_current() is thread

            with concurrent.futures.ThreadPoolExecutor(3) as executor:
                print(all(executor.map(is_ours, range(100))))

            async def main():
                return await asyncio.gather(*[asyncio.to_thread(is_ours) for _ in range(20)])
            print(all(asyncio.run(main())))

            class Own(threading.Thread):
                def run(self):
                    print(threading.current_thread() is self, logging.LogRecord("", 0, "", 0, "", (), None).threadName)
            own = Own(name="own")
            own.start(); own.join()
            timer = threading.Timer(0, print, ["timer"])
            timer.start(); timer.join()
            """, "True\nTrue\nTrue own\ntimer\n")

    def test_fork(self):
        self.program("""\
            import concurrent.futures, multiprocessing, threading
            from gi.repository import MyThread

            def child(queue):
                thread = threading.Thread(target=queue.put, args=("of a thread in the child",))
                thread.start(); thread.join()
                queue.put((threading.current_thread() is threading.main_thread(), threading.Thread is MyThread.Thread))

            context = multiprocessing.get_context("fork")
            queue = context.Queue()
            process = context.Process(target=child, args=(queue,))
            process.start()
            print(queue.get(), queue.get())
            process.join()
            print(process.exitcode)
            with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as executor:
                print(list(executor.map(abs, [-1, -2])))
            """, "of a thread in the child (True, True)\n0\n[1, 2]\n")

    def test_foreign_threads(self):
        self.program("""\
            import _thread, threading
            seen = []
            lock = _thread.allocate_lock()
            lock.acquire()

            def foreign():
                seen.append(threading.current_thread())
                lock.release()

            _thread.start_new_thread(foreign, ())
            lock.acquire()
            print(isinstance(seen[0], threading._DummyThread), isinstance(seen[0], threading._MainThread))
            """, "True False\n")

    def test_exit_waits(self):
        self.program("""\
            import threading
            go = threading.Event()

            def late():
                while threading.main_thread().is_alive():
                    go.wait(0.001)
                print("late")
            threading.Thread(target=late).start()
            print("main")
            """, "main\nlate\n")

    def test_hook(self):
        self.program("""\
            import threading
            threading.excepthook = lambda args: print("hook", args.exc_value, args.thread.name)

            def fail():
                raise ValueError("bad")
            thread = threading.Thread(target=fail, name="failing")
            thread.start(); thread.join()
            """, "hook bad failing\n")

    def test_what_was_there_before(self):
        """Names that were imported, and classes that were subclassed."""
        self.check(["-c", textwrap.dedent("""\
            import sys, threading, types
            early = types.ModuleType("early")
            sys.modules["early"] = early
            exec("from threading import Thread, current_thread as who\\nclass Own(Thread): pass", vars(early))
            python = early.Own

            from gi.repository import MyThread
            MyThread.install()
            MyThread.install()
            print(early.Thread is MyThread.Thread, early.who is threading.current_thread)

            seen = []
            def look():
                seen.append((threading.current_thread(), own in threading.enumerate(), threading.active_count()))
            own = python(target=look)
            own.start(); own.join()
            print(seen[0][0] is own, seen[0][1:])
            """)], "True True\nTrue (True, 2)\n", stderr="")

    def test_by_hand(self):
        """As programs have done it, without install()."""
        self.check(["-c", textwrap.dedent("""\
            import threading
            from gi.repository import MyThread
            threading.Thread = MyThread.Thread
            from concurrent.futures import ThreadPoolExecutor
            with ThreadPoolExecutor(2) as executor:
                print(list(executor.map(abs, [-1, -2])))
            timer = threading.Timer(0, print, ["timer"])
            thread = threading.Thread(target=print, args=("thread",))
            thread.start(); thread.join()
            """)], "[1, 2]\nthread\n", stderr="")

    def test_suites_of_cpython(self):
        for suite in SUITES:
            if importlib.util.find_spec("test") is None or importlib.util.find_spec(f"test.{suite}") is None:
                self.skipTest("CPython's tests are not installed")
            with self.subTest(suite=suite):
                result = run([sys.executable, "-m", "mythread", "-m", f"test.{suite}"])
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                self.assertRegex(result.stderr, "Ran [0-9]+ tests")


if __name__ == "__main__":
    taprunner.main()
