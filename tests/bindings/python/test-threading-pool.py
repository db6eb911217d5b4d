#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ThreadPool as an executor of concurrent.futures: the same programs run on ThreadPoolExecutor, and here."""

import concurrent.futures as futures
import gc
import itertools
import threading as python
import unittest
import weakref

import taprunner

from gi.repository import GLib
from gi.repository import MyThread as ours
from patience import LONG_S, wait_until


def outcome(function, *args):
    try:
        return function(*args)
    except BaseException as error:
        return type(error), str(error)


def fail(error):
    raise error


class Case(unittest.TestCase):
    def setUp(self):
        self.reports = []
        before = python.excepthook
        python.excepthook = self.reports.append
        self.addCleanup(setattr, python, "excepthook", before)

    def assertSame(self, program):
        expected = outcome(program, futures.ThreadPoolExecutor)
        self.assertEqual(outcome(program, ours.ThreadPool), expected)
        self.assertEqual(self.reports, [])
        return expected

    def busy(self, n_threads=1):
        """A pool with no thread left, and what lets it go on."""
        pool = ours.ThreadPool(n_threads)
        gate = python.Event()
        begun = python.Semaphore(0)

        def hold():
            begun.release()
            gate.wait()

        held = [pool.submit(hold) for _ in range(n_threads)]
        for _ in held:
            begun.acquire()
        self.addCleanup(pool.shutdown)
        self.addCleanup(gate.set)
        return pool, gate


class TestSubmit(Case):
    def test_results(self):
        def program(executor):
            with executor(2) as pool:
                return [pool.submit(pow, number, exp=2).result() for number in range(20)]

        self.assertEqual(self.assertSame(program)[3], 9)

    def test_failures(self):
        for error in (ValueError("a"), KeyError(1), StopIteration(5), SystemExit(3), KeyboardInterrupt(), GLib.Error("g")):
            def program(executor):
                with executor(max_workers=1) as pool:
                    future = pool.submit(fail, error)
                    return future.exception() is error, outcome(future.result)

            with self.subTest(error=error):
                self.assertSame(program)

    def test_thread(self):
        with ours.ThreadPool(1) as pool:
            future = pool.submit(ours.current_thread)
            self.assertIs(future.result(), future.thread)
            failed = pool.submit(fail, ValueError("x"))
            failed.thread.join()
            self.assertIs(failed.thread.exception, failed.exception())
            thread = ours.Thread(target=lambda: 5)
            self.assertIs(pool.submit(thread), True)
            thread.join()
            self.assertEqual(thread.result, 5)
        self.assertEqual(self.reports, [])

    def test_wait(self):
        def program(executor):
            with executor(2) as pool:
                several = [pool.submit(pow, number, 2) for number in range(20)]
                results = sorted(future.result() for future in futures.as_completed(several, LONG_S))
                return results, futures.wait(several).not_done

        self.assertSame(program)

    def test_callback(self):
        def program(executor):
            seen = []
            with executor(1) as pool:
                pool.submit(int, "5").add_done_callback(lambda future: seen.append(future.result()))
            return seen

        self.assertSame(program)

    def test_generator(self):
        def count():
            yield 1

        def program(executor):
            with executor(1) as pool:
                return list(pool.submit(count).result())

        self.assertSame(program)

    def test_wrong(self):
        with ours.ThreadPool(1) as pool:
            for wrong in (None, 5, "f"):
                self.assertRaises(TypeError, pool.submit, wrong)
        self.assertRaises(RuntimeError, pool.submit, int)
        self.assertRaises(ValueError, ours.ThreadPool, 0)

    def test_in_its_own_pool(self):
        """With one place: the wait for a result is a join, and helps."""
        with ours.ThreadPool(1) as pool:
            def deep(number):
                return 0 if number == 0 else 1 + pool.submit(deep, number - 1).result()

            self.assertEqual(pool.submit(deep, 5).result(), 5)

    def test_arguments_are_let_go(self):
        class Anything:
            pass

        argument = Anything()
        reference = weakref.ref(argument)
        with ours.ThreadPool(1) as pool:
            future = pool.submit(id, argument)
            del argument
            future.thread.join()
        gc.collect()
        self.assertIsNone(reference())


class TestCancel(Case):
    def test_before_it_begins(self):
        pool, gate = self.busy()
        ways = {
            "future": lambda future: self.assertTrue(future.cancel()),
            "thread": lambda future: future.thread.cancel(),
            "pool": lambda future: pool.shutdown(wait=False, cancel_futures=True),
        }
        for name, cancel in ways.items():
            with self.subTest(way=name):
                seen = []
                future = pool.submit(seen.append, 1)
                cancel(future)
                self.assertEqual(futures.wait([future], LONG_S).not_done, set())
                self.assertTrue(future.cancelled())
                self.assertRaises(futures.CancelledError, future.result)
                self.assertEqual(seen, [])
        gate.set()

    def test_that_runs(self):
        pool, gate = self.busy()
        gate.set()
        begun, end = python.Event(), python.Event()
        future = pool.submit(lambda: begun.set() or end.wait())
        begun.wait()
        self.assertFalse(future.cancel())
        end.set()
        self.assertTrue(future.result())

    def test_often(self):
        """Cancelled at each moment of its life: it either ran, or is cancelled, and those that wait are told."""
        with ours.ThreadPool(2) as pool:
            for number in range(2000):
                ran = []
                future = pool.submit(ran.append, 1)
                if number % 3 == 0:
                    future.thread.cancel()
                    was_cancelled = None
                else:
                    was_cancelled = future.cancel()
                self.assertEqual(futures.wait([future], LONG_S).not_done, set())
                if was_cancelled is not None:
                    self.assertEqual(future.cancelled(), was_cancelled)
                self.assertEqual(bool(ran), not future.cancelled())


class TestMap(Case):
    def test_as_there(self):
        for args in (([1, 2, 3], [2, 2]), ([],), (range(30),)):
            def program(executor):
                with executor(2) as pool:
                    return list(pool.map(lambda *several: several, *args))

            self.assertSame(program)

    def test_failure(self):
        def program(executor):
            with executor(2) as pool:
                results = pool.map(lambda number: 1 / number, [1, 0, 2])
                return next(results), outcome(next, results), list(results)

        self.assertSame(program)

    def test_buffersize(self):
        taken = []

        def numbers():
            for number in itertools.count():
                taken.append(number)
                yield number

        with ours.ThreadPool(2) as pool:
            results = pool.map(abs, numbers(), buffersize=3)
            self.assertEqual(len(taken), 3)
            self.assertEqual([next(results) for _ in range(10)], list(range(10)))
            self.assertEqual(len(taken), 13)
            results.close()
            self.assertRaises(ValueError, pool.map, abs, [], buffersize=0)
            self.assertRaises(TypeError, pool.map, abs, [], buffersize=1.0)

    def test_timeout(self):
        pool, gate = self.busy()
        results = pool.map(abs, [1, 2], timeout=0)
        self.assertRaises(futures.TimeoutError, next, results)
        gate.set()


class TestBlocks(Case):
    def test_pool(self):
        seen = []
        with self.assertRaises(KeyError):
            with ours.ThreadPool(1, "named") as pool:
                for number in range(50):
                    pool.submit(seen.append, number)
                raise KeyError
        self.assertEqual(seen, list(range(50)))
        self.assertEqual(pool.get_name(), "named")
        wait_until(lambda: ours.active_count() == 1)

    def test_group(self):
        with ours.ThreadGroup("the name") as group:
            thread = group.run("member", lambda _thread: 5)
        self.assertEqual((group.get_name(), thread.result), ("the name", 5))


if __name__ == "__main__":
    taprunner.main()
