#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where a thread begins, what it finds there, and who is told how it ended."""

import asyncio
import contextvars
import sys
import threading as python
import unittest

import taprunner

from gi.repository import GLib, GObject, MyThread as threading
from patience import wait_until


class TestStart(unittest.TestCase):
    """start() returns when run() has begun."""

    def started(self, **properties):
        thread = threading.Thread(**properties)
        thread.start()
        return thread

    def test_has_begun(self):
        for i in range(2000):
            gate = python.Event()
            thread = self.started(target=gate.wait)
            # Whatever the scheduler does: the lock was released, in the thread.
            self.assertIsNone(thread._mythread.begun)
            self.assertIsNotNone(thread.ident)
            gate.set()
            thread.join()

    def test_subclass(self):
        class Own(threading.Thread):
            def run(self):
                gate.wait()

        class OwnVirtual(threading.Thread):
            def do_run(self):
                gate.wait()

        for cls in Own, OwnVirtual:
            gate = python.Event()
            thread = cls()
            thread.start()
            self.assertTrue(thread._mythread.is_running)
            gate.set()
            thread.join()

    def test_queued(self):
        """start() does not wait for one that waits for its group."""
        for _ in range(200):
            gate = python.Event()
            group = threading.ThreadGroup(name="group", max_running=1)
            first = self.started(group=group, target=gate.wait)
            second = self.started(group=group, target=int)
            self.assertIs(second.get_state(), threading.ThreadState.QUEUED)
            gate.set()
            first.join()
            second.join()

    def test_pool(self):
        """Nor for one that a pool has no place for."""
        pool = threading.ThreadPool(name="pool", max_threads=1)
        gate = python.Event()
        threads = [self.started(target=gate.wait, executor=pool) for _ in range(20)]
        gate.set()
        for thread in threads:
            thread.join()

    def test_never_begins(self):
        group = threading.ThreadGroup(name="group")
        group.cancel()
        for make in lambda: threading.Thread(group, target=self.fail), lambda: threading.Thread(target=self.fail):
            for _ in range(200):
                thread = make()
                thread.cancel()
                thread.start()
                thread.join()
                self.assertIs(thread.get_state(), threading.ThreadState.CANCELLED)

    def test_cancelled_meanwhile(self):
        """By another thread, at any moment of start()."""
        for _ in range(500):
            thread = threading.Thread(target=int)
            other = python.Thread(target=thread.cancel)
            other.start()
            thread.start()
            thread.join()
            other.join()

    def test_started_twice_at_a_time(self):
        for _ in range(300):
            gate = python.Event()
            thread = threading.Thread(target=gate.wait)
            refused = []

            def start():
                try:
                    thread.start()
                except RuntimeError:
                    refused.append(True)

            others = [python.Thread(target=start) for _ in range(3)]
            for other in others:
                other.start()
            for other in others:
                other.join()
            gate.set()
            thread.join()
            self.assertEqual(refused, [True, True])

    def test_loop_thread(self):
        """run() is C's: nothing of Python's begins there."""
        loop = threading.LoopThread(name="loop")
        loop.start()
        self.assertEqual(loop.invoke(int, "7"), 7)
        loop.quit()
        loop.join()


class TestOwnState(unittest.TestCase):
    """A thread of a pool finds what a thread finds, whoever joins it."""

    def setUp(self):
        before = python.excepthook
        python.excepthook = lambda args: None
        self.addCleanup(setattr, python, "excepthook", before)
        self.pool = threading.ThreadPool(name="pool", max_threads=1)

    def joined(self, target, make=threading.Thread):
        """What target() returns in a thread of the pool."""
        thread = make(target=target, executor=self.pool)
        thread.start()
        thread.join()
        return thread

    def from_everywhere(self, check):
        """The joiner is the main thread, one of Python's, one of ours, one of the pool."""
        for where in "main", "python", "ours", "pool":
            with self.subTest(where):
                errors = []

                def checked():
                    try:
                        check()
                    except BaseException as error:
                        errors.append(error)

                for _ in range(20):
                    if where == "main":
                        checked()
                    else:
                        joiner = (python.Thread(target=checked) if where == "python" else threading.Thread(target=checked) if where == "ours"
                                  else threading.Thread(target=checked, executor=self.pool))
                        joiner.start()
                        joiner.join()
                    if errors:
                        raise errors[0]

    def test_local(self):
        local = python.local()

        def check():
            local.value = "the joiner's"
            self.assertIsNone(self.joined(lambda: getattr(local, "value", None)).result)
            self.joined(lambda: setattr(local, "value", "the other's"))
            self.assertEqual(local.value, "the joiner's")

        self.from_everywhere(check)

    def test_ident(self):
        self.from_everywhere(lambda: self.assertNotEqual(self.joined(python.get_ident).result, python.get_ident()))

    def test_context(self):
        variable = contextvars.ContextVar("variable", default="nothing")

        def check():
            variable.set("the joiner's")
            self.joined(lambda: variable.set("the other's"))
            self.assertEqual(variable.get(), "the joiner's")

        self.from_everywhere(check)

    def test_exception(self):
        def fail():
            raise KeyError

        def check():
            try:
                raise ValueError("the joiner's")
            except ValueError:
                self.assertIsNone(self.joined(lambda: sys.exc_info()[0]).result)
                self.assertIsNone(self.joined(fail).exception.__context__)

        self.from_everywhere(check)

    def test_hooks(self):
        def switch_on():
            sys.setprofile(lambda *args: None)
            sys.set_asyncgen_hooks(firstiter=print)

        def check():
            before = sys.getprofile(), sys.get_asyncgen_hooks()
            self.joined(switch_on)
            self.assertEqual((sys.getprofile(), sys.get_asyncgen_hooks()), before)

        self.from_everywhere(check)

    def test_running_loop(self):
        async def inner():
            return "inner"

        async def outer():
            self.assertEqual(self.joined(lambda: asyncio.run(inner())).result, "inner")

        self.from_everywhere(lambda: asyncio.run(outer()))

    def test_depth(self):
        """Each level some frames deep, and each in a thread of its own."""
        def level(n, frames):
            if frames > 0:
                return level(n, frames - 1)
            return 0 if n == 0 else 1 + self.joined(lambda: level(n - 1, 20)).result

        self.assertEqual(level(100, 20), 100)

    def test_made_by_new(self):
        """The wrapper of a thread that a function was given to, too, is seen."""
        def run(thread):
            return python.get_ident()

        def joiner():
            thread = threading.Thread.new("new", run)
            thread.set_executor(self.pool)
            thread.start()
            thread.join()
            return thread.result, python.get_ident()

        inner, outer = self.joined(joiner).result
        self.assertNotEqual(inner, outer)


class TestAwaited(unittest.TestCase):
    """An exception is raised where the thread is awaited, or told to the hook: one of them."""

    def setUp(self):
        self.told = []
        before = python.excepthook
        python.excepthook = self.told.append
        self.addCleanup(setattr, python, "excepthook", before)
        self.gate = python.Event()
        self.thread = threading.Thread(target=self.fail_later)
        self.thread.start()

    def fail_later(self):
        self.gate.wait()
        raise ValueError

    async def waiting(self, n):
        tasks = [asyncio.ensure_future(self.await_it()) for _ in range(n)]
        while len(self.thread._mythread.awaiting) < n:
            await asyncio.sleep(0)
        return tasks

    async def await_it(self):
        return await self.thread

    def test_raised(self):
        async def main():
            tasks = await self.waiting(3)
            self.gate.set()
            for task in tasks:
                with self.assertRaises(ValueError):
                    await task

        asyncio.run(main())
        self.assertEqual(self.told, [])

    def test_nobody_awaits_any_more(self):
        async def main():
            for task in await self.waiting(2):
                task.cancel()
            await asyncio.sleep(0)
            self.gate.set()
            while self.thread.is_alive():
                await asyncio.sleep(0)

        asyncio.run(main())
        self.assertEqual(len(self.told), 1)

    def test_cancelled_too_late(self):
        """The thread has left the exception to those that awaited it, and they are cancelled before they hear of it."""
        async def main():
            tasks = await self.waiting(2)
            self.gate.set()
            wait_until(lambda: not self.thread.is_alive())  # the loop stands meanwhile
            for task in tasks:
                task.cancel()
            for task in tasks:
                with self.assertRaises(asyncio.CancelledError):
                    await task

        asyncio.run(main())
        self.assertEqual(len(self.told), 1)
        self.assertTrue(self.told[0].exc_value is self.thread.exception)

    def test_one_of_two_is_cancelled(self):
        async def main():
            tasks = await self.waiting(2)
            self.gate.set()
            wait_until(lambda: not self.thread.is_alive())
            tasks[0].cancel()
            with self.assertRaises(ValueError):
                await tasks[1]

        asyncio.run(main())
        self.assertEqual(self.told, [])


class Elsewhere(GObject.Object, threading.Executor):
    """The threads run in no thread of this process."""

    def do_execute(self, thread):
        return True


class TestReportEnd(unittest.TestCase):
    """An executor says how its thread has ended, whether it said before that it has begun."""

    def reported(self, *args):
        for begins in True, False:
            thread = threading.Thread(executor=Elsewhere(), target=print)
            thread.start()
            if begins:
                thread.report_begin()
            thread.report_end(*args)
            thread.join()
            yield thread

    def test_result(self):
        for result in 7, "text", [1], {}, None:
            for thread in self.reported(result, None):
                self.assertEqual((thread.get_state(), thread.result, thread.exception),
                                 (threading.ThreadState.SUCCEEDED, result, None))
        for thread in self.reported():
            self.assertEqual((thread.get_state(), thread.result), (threading.ThreadState.SUCCEEDED, None))

    def test_failure(self):
        error = ValueError("bad")
        for thread in self.reported(None, error):
            self.assertEqual(thread.get_state(), threading.ThreadState.FAILED)
            self.assertIs(thread.exception, error)
            with self.assertRaises(ValueError):
                thread.get_result()
        for thread in self.reported(None, GLib.Error("bad", "domain", 3)):
            with self.assertRaisesRegex(GLib.Error, "bad"):
                thread.get_result()


if __name__ == "__main__":
    taprunner.main()
