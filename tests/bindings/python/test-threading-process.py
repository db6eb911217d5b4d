#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MyThread as threading, where it takes a process to see it: Ctrl-C, exit and fork. Each program runs twice, once with
Python's own checks switched on (-X dev)."""

import re
import sys
import tempfile
import textwrap
import unittest

import taprunner
from patience import run

PROLOGUE = """\
import os, signal, sys, time
from gi.repository import GLib, MyThread as threading

def interrupt(condition):
    "Ctrl-C, when something is so; and a little later, so that it comes in what waits then, if that is there yet."
    def send():
        while not condition():
            time.sleep(0.001)
        time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGINT)
    threading.Thread(target=send, daemon=True).start()

def interrupted(function, *args):
    "Whether function(), which waits for an hour or more, lets KeyboardInterrupt through."
    is_called = []
    interrupt(lambda: is_called)
    try:
        is_called.append(True)
        function(*args)
    except KeyboardInterrupt:
        print("interrupted")
    else:
        print("not interrupted")

def wait_for_the_end_of_main():
    while threading.main_thread().is_alive():
        time.sleep(0.001)
"""


# What others warn of: PyGObject's imports; what it uses of asyncio; and Python of any fork() of a process that has threads.
IGNORED = [option for filter in ("ignore::ImportWarning", "ignore:'asyncio:DeprecationWarning",
                                 "ignore:This process (pid=:DeprecationWarning")
           for option in ("-W", filter)]


class TestProcess(unittest.TestCase):
    maxDiff = None

    def program(self, text, stdout, stderr="", status=0):
        for options in [], ["-X", "dev"]:
            command = [sys.executable, "-X", "faulthandler", *options, *IGNORED, "-c", PROLOGUE + textwrap.dedent(text)]
            result = run(command)
            self.assertEqual((result.stdout, result.returncode), (stdout, status), result.stderr)
            if stderr is not None:
                self.assertRegex(result.stderr, re.compile(rf"\A{stderr}\Z", re.DOTALL))


class TestTutorial(unittest.TestCase):
    """What a course on threading begins with, run with threading and with MyThread: only the line of the import differs."""

    PROGRAMS = {
        "a function for each thread": (("from threading import Thread", "from gi.repository.MyThread import Thread"), """
            def write(path, count):
                with open(path, "w", encoding="utf-8") as file:
                    for i in range(count):
                        file.write("many\\n" if count > 500 else "few\\n")

            few = Thread(target=write, args=("few.txt", 200,))
            many = Thread(target=write, args=("many.txt", 1000,))
            few.start()
            many.start()
            few.join()
            many.join()
            for path in "few.txt", "many.txt":
                with open(path, encoding="utf-8") as file:
                    lines = file.readlines()
                print(len(lines), set(lines))
            """),
        "a subclass": (("import threading", "from gi.repository import MyThread as threading"), """
            class Counter(threading.Thread):
                def __init__(self, number):
                    super().__init__(name="counter " + number)
                    self.number = number
                def run(self):
                    print("Thread ", self.number)

            first = Counter("1")
            second = Counter("2")
            first.start()
            first.join()
            second.start()
            second.join()
            """),
        "self twice": (("import threading", "from gi.repository import MyThread as threading"), """
            class Counter(threading.Thread):
                def __init__(self, number):
                    super().__init__(self, name="counter " + number)

            try:
                Counter("1")
            except AssertionError:
                print("refused")
            """),
        "watching": (("import threading", "from gi.repository import MyThread as threading"), """
            gate = threading.Event()

            def wait():
                gate.wait()
                return threading.current_thread().name

            threads = [threading.Thread(target=wait, name=f"waiting {i}") for i in range(3)]
            print([thread.is_alive() for thread in threads], threading.active_count())
            for thread in threads:
                thread.start()
            print([thread.is_alive() for thread in threads], threading.active_count())
            print([thread.name for thread in threading.enumerate()])
            threads[0].setName("renamed")
            print(threads[0].getName(), threading.current_thread().name)
            threads[1].join(0.01)
            print(threads[1].is_alive())
            gate.set()
            for thread in threads:
                thread.join()
            print([thread.is_alive() for thread in threads], threading.active_count())
            """),
    }

    def test_programs(self):
        for name, (imports, text) in self.PROGRAMS.items():
            outputs = []
            for line in imports:
                with self.subTest(name, line=line), tempfile.TemporaryDirectory() as folder:
                    result = run([sys.executable, "-W", "ignore::DeprecationWarning", "-c", line + textwrap.dedent(text)],
                                 cwd=folder)
                    self.assertEqual((result.returncode, result.stderr), (0, ""))
                    self.assertNotEqual(result.stdout, "")
                    outputs.append(result.stdout)
            self.assertEqual(outputs[0], outputs[1])


class TestInterrupt(TestProcess):
    def test_join(self):
        self.program("""
            event = threading.Event()
            thread = threading.Thread(target=event.wait)
            thread.start()
            interrupted(thread.join)
            interrupted(thread.join, 3600)
            interrupted(thread.join_timeout, -1)
            interrupted(thread.join_timeout, 3600_000_000)
            print(thread.is_alive())
            event.set()
            thread.join()
            print(thread.is_alive())
            """, "interrupted\n" * 4 + "True\nFalse\n")

    def test_sleep(self):
        self.program("interrupted(threading.Thread.sleep, 3600_000_000)", "interrupted\n")

    def test_group(self):
        self.program("""
            event = threading.Event()
            group = threading.ThreadGroup(name="group")
            thread = threading.Thread(group=group, target=event.wait)
            thread.start()
            interrupted(group.join)
            interrupted(group.join_timeout, 3600_000_000)
            event.set()
            print(group.join())
            """, "interrupted\ninterrupted\nTrue\n")

    def test_join_next(self):
        self.program("""
            event = threading.Event()
            group = threading.ThreadGroup(name="group", keep_finished=True)
            thread = threading.Thread(group=group, target=event.wait)
            thread.start()
            interrupted(group.join_next)
            event.set()
            print(group.join_next() is thread)
            """, "interrupted\nTrue\n")

    def test_next_result(self):
        self.program("""
            event = threading.Event()
            def run():
                event.wait()
                yield 1
            thread = threading.Thread(target=run)
            thread.start()
            interrupted(thread.next_result)
            interrupted(thread.next_result, 3600)
            interrupted(list, thread)
            event.set()
            print(list(thread))
            """, "interrupted\ninterrupted\ninterrupted\n[1]\n")

    def test_another_handler(self):
        self.program("""
            event = threading.Event()
            thread = threading.Thread(target=event.wait)
            thread.start()
            signal.signal(signal.SIGINT, lambda *args: (print("handled"), event.set()))
            interrupt(lambda: True)
            thread.join()
            print(thread.result)
            """, "handled\nTrue\n")

    def test_only_the_main_thread(self):
        self.program("""
            event = threading.Event()
            waiter = threading.Thread(target=event.wait)
            joiner = threading.Thread(target=waiter.join)
            waiter.start()
            joiner.start()
            interrupted(joiner.join)
            print(joiner.is_alive())
            event.set()
            joiner.join()
            print(joiner.exception)
            """, "interrupted\nTrue\nNone\n")


class TestExit(TestProcess):
    def test_waits(self):
        self.program("""
            def work():
                wait_for_the_end_of_main()
                print("end of thread")
            threading.Thread(target=work).start()
            print("end of main", flush=True)
            """, "end of main\nend of thread\n")

    def test_waits_after_an_exception(self):
        self.program("""
            threading.Thread(target=lambda: (wait_for_the_end_of_main(), print("end of thread"))).start()
            1 / 0
            """, "end of thread\n", r"Traceback.*ZeroDivisionError: division by zero\n", 1)

    def test_status(self):
        self.program("""
            threading.Thread(target=sys.exit, args=(3,)).start()
            sys.exit(5)
            """, "", status=5)

    def test_before_atexit(self):
        self.program("""
            import atexit
            atexit.register(print, "atexit")
            threading.Thread(target=lambda: (wait_for_the_end_of_main(), print("end of thread"))).start()
            """, "end of thread\natexit\n")

    def test_threads_that_start_threads(self):
        self.program("""
            import atexit
            def work(n):
                time.sleep(0.02)
                print(n, flush=True)
                if n > 0:
                    threading.Thread(target=work, args=(n - 1,)).start()
            threading.Thread(target=work, args=(3,)).start()
            atexit.register(lambda: threading.Thread(target=work, args=(0,)).start())
            """, "3\n2\n1\n0\n0\n")

    def test_queued_ones(self):
        self.program("""
            group = threading.ThreadGroup(name="group", max_running=1)
            for n in range(3):
                threading.Thread(group=group, target=lambda n=n: (time.sleep(0.05), print(n))).start()
            """, "0\n1\n2\n")

    def test_with_threads_of_threading(self):
        self.program("""
            import threading as python
            def work(n):
                time.sleep(0.02)
                print(n, flush=True)
                if n > 0:
                    (python if n % 2 else threading).Thread(target=work, args=(n - 1,)).start()
            work(4)
            """, "4\n3\n2\n1\n0\n")

    def test_exception_in_a_thread(self):
        self.program("""
            def fail():
                wait_for_the_end_of_main()
                1 / 0
            threading.Thread(target=fail, name="failing").start()
            """, "", r"Exception in thread failing:\nTraceback.*ZeroDivisionError: division by zero\n")

    def test_daemons(self):
        self.program("""
            def busy():
                while True:
                    pass
            def sleep():
                while True:
                    threading.Thread.sleep(100)
            def churn():
                while True:
                    thread = threading.Thread(target=lambda: None)
                    thread.start()
                    thread.join()
            def report():
                while True:
                    threading.current_thread().set_progress(0.5)
            for target in [busy, sleep, churn, report, threading.Event().wait] * 3:
                thread = threading.Thread(target=target, daemon=True)
                thread.connect("notify::progress", lambda *args: None)
                thread.start()
            threading.Thread(target=threading.Thread.sleep, args=(10 ** 9,), daemon=True).start()
            time.sleep(0.1)
            print("end of main", flush=True)
            """, "end of main\n")

    def test_joining_the_main_thread(self):
        self.program("""
            def work():
                threading.main_thread().join()
                print("end of thread", threading.main_thread().is_alive())
            threading.Thread(target=work).start()
            time.sleep(0.1)
            print("end of main", flush=True)
            """, "end of main\nend of thread False\n")

    def test_interrupted(self):
        self.program("""
            import atexit
            atexit.register(print, "atexit", flush=True)
            from gi.overrides.MyThread.ending import ending
            is_waiting = []
            members = ending.members
            ending.members = lambda: is_waiting.append(True) or members()
            threading.Thread(target=threading.Thread.sleep, args=(3600 * 10 ** 6,)).start()
            interrupt(lambda: is_waiting)
            """, "atexit\n", r".*KeyboardInterrupt.*")

    def test_interrupted_threads_clean_up(self):
        """Those that see that they are cancelled end by themselves, and the process when they have."""
        self.program("""
            started = threading.Event()
            def work():
                try:
                    started.set()
                    threading.Thread.sleep(3600 * 10 ** 6)
                finally:
                    time.sleep(0.2)
                    print("cleaned up\\n", end="", flush=True)  # in one piece: others print, too
            for _ in range(3):
                threading.Thread(target=work).start()
            started.wait()
            from gi.overrides.MyThread.ending import ending
            is_waiting = []
            members = ending.members
            ending.members = lambda: is_waiting.append(True) or members()
            interrupt(lambda: is_waiting)
            """, "cleaned up\n" * 3, r".*KeyboardInterrupt.*")

    def test_interrupted_twice(self):
        """One that does not look at it is not waited for after the second time."""
        self.program("""
            import atexit
            atexit.register(lambda: (print("atexit", flush=True), os._exit(0)))
            forever = threading.Event()
            threading.Thread(target=forever.wait).start()
            from gi.overrides.MyThread.ending import ending
            n_looks = []
            members = ending.members
            ending.members = lambda: n_looks.append(True) or members()
            interrupt(lambda: len(n_looks) >= 1)
            interrupt(lambda: len(n_looks) >= 2)
            """, "atexit\n", r".*KeyboardInterrupt.*")

    def test_nothing_is_said_of_a_failure_that_was_told(self):
        """Whatever still refers to the thread when the interpreter ends."""
        self.program("""
            import builtins
            threading.excepthook = lambda args: None
            def fail():
                raise ValueError
            class Keeper:
                pass
            for place in builtins, sys, threading, Keeper:
                thread = threading.Thread(target=fail)
                thread.start()
                thread.join()
                place.kept = thread
            cycle = [threading.Thread(target=fail)]
            cycle[0].start()
            cycle[0].cycle = cycle
            cycle[0].join()
            """, "")

    def test_after_await(self):
        self.program("""
            import asyncio
            async def main():
                # With -X dev it complains of what takes a tenth of a second.
                asyncio.get_running_loop().slow_callback_duration = 3600
                thread = threading.Thread(target=lambda: 7)
                thread.start()
                print(await thread)
            asyncio.run(main())
            """, "7\n")

    def test_joined_by_the_last_reference(self):
        """A daemon that Python ends, or holds, before it takes down what refers to it."""
        self.program("""
            def run():
                event.set()
                while True:
                    pass
            class Cycle:
                def __init__(self):
                    self.itself = self
                    self.thread = threading.Thread(target=run, daemon=True)
                    self.thread.start()
                def __del__(self):
                    try:
                        self.thread.join()
                    except RuntimeError as error:
                        assert type(error) is PythonFinalizationError, error
                    print("over")
            event = threading.Event()
            Cycle()
            event.wait()
            """, "over\n", stderr=None)

    def test_never_started(self):
        self.program("""
            thread = threading.Thread(target=print)
            thread.itself = thread
            """, "")


class TestFork(TestProcess):
    def test_child(self):
        self.program("""
            event = threading.Event()
            other = threading.Thread(target=event.wait)
            other.start()
            pid = os.fork()
            if pid == 0:
                print(threading.active_count(), other.is_alive(), threading.current_thread() is threading.main_thread())
                other.join()
                thread = threading.Thread(target=lambda: 7)
                thread.start()
                thread.join()
                print(thread.result, flush=True)
                os._exit(0)
            os.waitpid(pid, 0)
            event.set()
            """, "1 False True\n7\n")

    def test_child_of_a_thread(self):
        self.program("""
            def work():
                pid = os.fork()
                if pid == 0:
                    main = threading.main_thread()
                    print(main.name, main is threading.current_thread(), threading.enumerate() == [main], flush=True)
                    os._exit(0)
                os.waitpid(pid, 0)
            thread = threading.Thread(target=work, name="forker")
            thread.start()
            thread.join()
            """, "forker True True\n")

    def test_what_main_is_for_threading(self):
        """In the child of a thread of ours, as of a thread of threading's."""
        self.program("""
            import importlib
            python = importlib.import_module("threading")
            def work():
                pid = os.fork()
                if pid == 0:
                    main = python.main_thread()
                    print(type(main).__name__ != "_DummyThread", main is python.current_thread(), python.enumerate() == [main],
                          main.name, main.daemon, main.is_alive(), flush=True)
                    other = python.Thread(target=print, args=("other",))
                    other.start()
                    other.join()
                    python._shutdown()
                    sys.stdout.flush()
                    os._exit(0)
                print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
            for executor in None, threading.ThreadPool(name="pool", max_threads=1):
                thread = threading.Thread(target=work, name="forker", executor=executor)
                thread.start()
                thread.join()
            """, "True True True forker False True\nother\n0\n" * 2)

    def test_multiprocessing_in_a_thread(self):
        self.program("""
            import multiprocessing, concurrent.futures
            context = multiprocessing.get_context("fork")
            def work():
                process = context.Process(target=print, args=("said by the child",))
                process.start()
                process.join()
                print(process.exitcode, flush=True)
                process = context.Process(target=sys.exit, args=(5,))
                process.start()
                process.join()
                print(process.exitcode, flush=True)
                with concurrent.futures.ProcessPoolExecutor(1, context) as executor:
                    print(executor.submit(int, "7").result(), flush=True)
            for executor in None, threading.ThreadPool(name="pool", max_threads=1):
                thread = threading.Thread(target=work, executor=executor)
                thread.start()
                thread.join()
            """, "said by the child\n0\n5\n7\n" * 2)

    def test_start_in_the_child(self):
        """start() waits for the begin of the thread there, too, also inside of a main loop."""
        self.program("""
            def child():
                begun = []
                thread = threading.Thread(target=begun.append, args=(1,))
                thread.start()
                thread.join()
                return begun == [1]
            def work():
                pid = os.fork()
                if pid == 0:
                    done = []
                    GLib.idle_add(lambda *_data: done.append(child()))
                    while not done:
                        GLib.MainContext.default().iteration(True)
                    os._exit(0 if done == [True] and child() else 1)
                print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
            work()
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            dispatched = []
            GLib.idle_add(lambda *_data: (work(), dispatched.append(True)) and False)
            while not dispatched:
                GLib.MainContext.default().iteration(True)
            """, "0\n0\n0\n")

    def test_list_in_use(self):
        """While another thread has the lock of Python's list of threads."""
        self.program("""
            import importlib
            lock = importlib.import_module("threading")._active_limbo_lock
            event = threading.Event()
            def hold():
                with lock:
                    event.set()
                    time.sleep(0.2)
            def work():
                event.wait()
                pid = os.fork()
                if pid == 0:
                    thread = threading.Thread(target=print, args=("child",))
                    thread.start()
                    thread.join()
                    sys.stdout.flush()
                    os._exit(0)
                os.waitpid(pid, 0)
                print("parent")
            threads = [threading.Thread(target=f) for f in (work, hold)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            """, "child\nparent\n")

    def test_multiprocessing(self):
        self.program("""
            import multiprocessing
            def work(queue):
                thread = threading.Thread(target=lambda: queue.put(os.getpid()))
                thread.start()
                thread.join()
            context = multiprocessing.get_context("fork")
            queue = context.SimpleQueue()
            process = context.Process(target=work, args=(queue,))
            process.start()
            print(queue.get() == process.pid)
            process.join()
            print(process.exitcode)
            """, "True\n0\n")


if __name__ == "__main__":
    taprunner.main()
