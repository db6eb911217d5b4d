#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`await thread`: under asyncio's own loop, and under one that runs on GLib."""

import asyncio
import os
import sys
import time
import unittest

import taprunner
from patience import LONG_S

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "threading"))

from gi.repository import Gio, GLib  # noqa: E402
from gi.repository import MyThread as threading  # noqa: E402

import glibloop  # noqa: E402


def started(target, *args, **properties):
    thread = threading.Thread(target=target, args=args, **properties)
    thread.start()
    return thread


class TestAsyncio(unittest.TestCase):
    def run_loop(self, coroutine):
        return asyncio.run(asyncio.wait_for(coroutine, LONG_S))

    def test_result(self):
        async def main():
            return await started(lambda: time.sleep(0.02) or [1, 2])

        self.assertEqual(self.run_loop(main()), [1, 2])

    def test_loop_runs_on(self):
        async def main():
            event = threading.Event()
            thread = started(event.wait)
            ticks = []

            async def tick():
                for i in range(5):
                    await asyncio.sleep(0.001)
                    ticks.append(i)
                event.set()

            task = asyncio.ensure_future(tick())
            self.assertTrue(await thread)
            await task
            return ticks

        self.assertEqual(self.run_loop(main()), [0, 1, 2, 3, 4])

    def test_exception(self):
        error = ValueError("no such luck")

        def fail():
            raise error

        async def main():
            await started(fail)

        hook = threading.excepthook
        threading.excepthook = lambda args: None
        self.addCleanup(setattr, threading, "excepthook", hook)
        with self.assertRaises(ValueError) as caught:
            self.run_loop(main())
        self.assertIs(caught.exception, error)

    def test_ended_before(self):
        async def main():
            thread = started(lambda: 5)
            thread.join()
            return await thread, await thread

        self.assertEqual(self.run_loop(main()), (5, 5))

    def test_cancelled_before_it_runs(self):
        async def main():
            thread = threading.Thread(target=self.fail)
            thread.cancel()
            thread.start()
            await thread

        with self.assertRaises(GLib.Error) as caught:
            self.run_loop(main())
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def test_not_started(self):
        async def main():
            await threading.Thread()

        with self.assertRaises(RuntimeError):
            self.run_loop(main())

    def test_many(self):
        async def main():
            return await asyncio.gather(*[started(lambda i=i: i * i) for i in range(100)])

        self.assertEqual(self.run_loop(main()), [i * i for i in range(100)])

    def test_wait_is_cancelled(self):
        async def main():
            event = threading.Event()
            thread = started(event.wait)
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(thread, 0.01)
            self.assertTrue(thread.is_alive())
            self.assertFalse(thread.is_cancelled())
            event.set()
            return await thread

        self.assertTrue(self.run_loop(main()))

    def test_several_wait(self):
        async def wait(thread):
            return await thread

        async def main():
            thread = started(lambda: time.sleep(0.02) or 7)
            return await asyncio.gather(*[wait(thread) for _ in range(5)])

        self.assertEqual(self.run_loop(main()), [7] * 5)

    def test_finished_is_delivered(self):
        async def main():
            thread = threading.Thread(target=lambda: None)
            log = []
            thread.connect("finished", lambda thread: log.append(threading.get_ident()))
            thread.start()
            await thread
            return log

        self.assertEqual(self.run_loop(main()), [threading.get_ident()])

    def test_is_no_thread_of_its_own(self):
        async def main():
            await started(lambda: time.sleep(0.01))

        self.run_loop(main())
        self.assertEqual(threading.enumerate(), [threading.main_thread()])

    def test_of_c(self):
        async def main():
            thread = threading.Thread.new("of C", lambda thread, data: time.sleep(0.01) or data, "data")
            thread.start()
            return await thread

        self.assertEqual(self.run_loop(main()), "data")


class TestGLib(TestAsyncio):
    def run_loop(self, coroutine):
        return glibloop.run(coroutine)


class TestGLibElsewhere(TestAsyncio):
    """The loop runs on a context of its own, in one of our threads, which then owns the threads it makes."""

    def run_loop(self, coroutine):
        def work():
            context = GLib.MainContext()
            context.push_thread_default()
            try:
                return glibloop.run(coroutine, context)
            finally:
                context.pop_thread_default()

        thread = threading.Thread(target=work)
        hook = threading.excepthook
        threading.excepthook = lambda args: None
        try:
            thread.start()
            thread.join()
        finally:
            threading.excepthook = hook
        return thread.get_result()

    def test_finished_is_delivered(self):
        async def main():
            thread = threading.Thread(target=lambda: None)
            log = []
            thread.connect("finished", lambda thread: log.append(threading.get_ident()))
            thread.start()
            await thread
            return log, threading.get_ident()

        log, ident = self.run_loop(main())
        self.assertEqual(log, [ident])


if __name__ == "__main__":
    taprunner.main()
