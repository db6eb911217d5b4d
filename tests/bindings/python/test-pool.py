#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MyThread.ThreadPool, loops and executors through plain introspection."""

import gc
import subprocess
import sys
import threading
import weakref

import gi
import taprunner

gi.require_version("MyThread", "1.0")
from gi.repository import Gio, GLib, GObject, MyThread
from loop import Case, Worker, record, run_until
from patience import wait_until

State = MyThread.ThreadState


class PoolCase(Case):
    def new_pool(self, max_threads, **properties):
        pool = MyThread.ThreadPool(max_threads=max_threads, **properties)
        self.addCleanup(pool.shutdown, MyThread.ShutdownMode.CANCEL)
        return pool


class TestMainContext(PoolCase):
    def test_main_context(self):
        context = GLib.MainContext()
        self.assertEqual(self.new_pool(1).get_main_context(), GLib.MainContext.default())
        self.assertEqual(self.new_pool(1, main_context=context).props.main_context, context)
        self.assertEqual(MyThread.ThreadGroup(main_context=context).get_main_context(), context)
        self.assertEqual(MyThread.ThreadGroup.get_default().props.main_context, GLib.MainContext.default())


class TestPush(PoolCase):
    def test_callables(self):
        pool = self.new_pool(2)
        lock = threading.Lock()
        seen = []

        def task(number):
            with lock:
                seen.append((number, threading.get_ident()))

        for number in range(200):
            self.assertTrue(pool.push(task, number))
        pool.shutdown(MyThread.ShutdownMode.DRAIN)
        self.assertEqual(sorted(number for number, _ in seen), list(range(200)))
        self.assertNotIn(threading.get_ident(), {ident for _, ident in seen})
        self.assertEqual(pool.get_n_completed(), 200)

    def test_order(self):
        pool = self.new_pool(1)
        seen = []
        for number in range(100):
            pool.push(seen.append, number)
        pool.shutdown(MyThread.ShutdownMode.DRAIN)
        self.assertEqual(seen, list(range(100)))

    def test_nothing_is_kept(self):
        pool = self.new_pool(1)

        class Data:
            pass

        data = Data()
        gone = weakref.ref(data)
        pool.push(lambda data: None, data)
        pool.push_full(lambda data: None, data)
        pool.shutdown(MyThread.ShutdownMode.DRAIN)
        del data
        # What a callback of one call was is let go of in the next call.
        MyThread.parallel_for(pool, 0, 1, 1, lambda begin, end: None)
        gc.collect()
        self.assertIsNone(gone())

    def test_push_inside(self):
        pool = self.new_pool(1)
        done = threading.Event()

        def task(left):
            if left > 0:
                pool.push(task, left - 1)
            else:
                done.set()

        pool.push(task, 50)
        wait_until(done.is_set)

    def test_shut_down(self):
        pool = self.new_pool(1)
        self.assertTrue(pool.shutdown(MyThread.ShutdownMode.DRAIN))
        self.assertThreadError(MyThread.ThreadError.SHUT_DOWN, pool.push, lambda data: None, None)
        thread = Worker(lambda thread: None)
        self.assertThreadError(MyThread.ThreadError.SHUT_DOWN, pool.submit, thread)
        self.assertEqual(thread.get_state(), State.NEW)

    def test_shut_down_timeout(self):
        pool = self.new_pool(1)
        release = threading.Event()
        seen = []
        pool.push(lambda _data: release.wait(), None)
        pool.push(seen.append, 1)
        for limit in (0, 1000):
            self.assertThreadError(MyThread.ThreadError.TIMED_OUT,
                                   pool.shutdown_timeout, MyThread.ShutdownMode.DRAIN, limit)
        release.set()
        self.assertTrue(pool.shutdown_timeout(MyThread.ShutdownMode.DRAIN, -1))
        self.assertEqual(seen, [1])

    def test_shut_down_async(self):
        pool = self.new_pool(1)
        release = threading.Event()
        cancellable = Gio.Cancellable()
        seen = []
        results = []
        errors = []

        def on_shut_down(source, result):
            self.assertIs(source, pool)
            try:
                results.append(source.shutdown_finish(result))
            except GLib.Error as error:
                errors.append(error)

        pool.push(lambda _data: release.wait(), None)
        pool.push(seen.append, 1)
        pool.shutdown_async(MyThread.ShutdownMode.DRAIN, None, on_shut_down)
        pool.shutdown_async(MyThread.ShutdownMode.DRAIN, cancellable, on_shut_down)
        cancellable.cancel()
        run_until(lambda: errors)
        self.assertTrue(errors[0].matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))
        self.assertEqual((seen, results), ([], []))
        release.set()
        run_until(lambda: results)
        self.assertEqual((seen, results), ([1], [True]))

    def test_shut_down_inside(self):
        pool = self.new_pool(1)
        codes = []

        def task(_data):
            try:
                pool.shutdown(MyThread.ShutdownMode.DRAIN)
            except GLib.Error as error:
                codes.append(error.code)

        pool.push(task, None)
        pool.shutdown(MyThread.ShutdownMode.DRAIN)
        self.assertEqual(codes, [int(MyThread.ThreadError.DEADLOCK)])

    def test_max_queued(self):
        pool = self.new_pool(1, max_queued=1)
        release = threading.Event()
        held = threading.Event()
        seen = []

        def hold(_data):
            held.set()
            release.wait()

        pool.push(hold, None)
        wait_until(held.is_set)
        pool.push(seen.append, 1)
        pusher = Worker(lambda thread: pool.push(seen.append, 2))
        pusher.start()
        self.assertThreadError(MyThread.ThreadError.TIMED_OUT, pusher.join_timeout, 1000)
        release.set()
        self.assertTrue(pusher.join())
        pool.shutdown(MyThread.ShutdownMode.DRAIN)
        self.assertEqual(seen, [1, 2])

    def test_properties(self):
        pool = self.new_pool(3, name="das B\u00e4ckerdutzend", idle_timeout=12345, max_queued=13)
        properties = pool.props
        self.assertEqual((properties.name, properties.max_threads, properties.idle_timeout, properties.max_queued),
                         ("das B\u00e4ckerdutzend", 3, 12345, 13))
        self.assertEqual((properties.n_queued, properties.n_active, properties.n_completed), (0, 0, 0))
        self.assertIs(MyThread.ThreadPool.get_default(), MyThread.ThreadPool.get_default())

    def test_blocking(self):
        """One that waits in Python, and says so, for one that is behind it."""
        pool = self.new_pool(1)
        event = threading.Event()
        seen = []

        def wait(_data):
            MyThread.ThreadPool.begin_blocking()
            seen.append(event.wait())
            MyThread.ThreadPool.end_blocking()

        pool.push(wait, None)
        pool.push(lambda data: event.set(), None)
        pool.shutdown(MyThread.ShutdownMode.DRAIN)
        self.assertEqual(seen, [True])


class TestThreads(PoolCase):
    def test_submit(self):
        pool = self.new_pool(2)
        threads = [Worker(lambda thread: MyThread.Thread.get_current() is thread) for _ in range(50)]
        for thread in threads:
            self.assertTrue(pool.submit(thread))
        for thread in threads:
            self.assertTrue(thread.join())
            self.assertTrue(thread.seen)
            self.assertIs(thread.dup_executor(), pool)

    def test_signals_in_the_loop(self):
        pool = self.new_pool(1)
        thread = Worker(lambda thread: thread.set_result("done"), executor=pool)
        log = record(thread, "started", "finished")
        thread.start()
        run_until(lambda: "finished" in log)
        self.assertEqual((log, thread.get_result()[-1]), (["started", "finished"], "done"))

    def test_cancel_queued(self):
        pool = self.new_pool(1)
        running = Worker(lambda thread: MyThread.Thread.sleep(-1), executor=pool)
        held = threading.Event()
        release = threading.Event()
        pool.push(lambda data: (held.set(), release.wait()), None)
        wait_until(held.is_set)
        running.start()
        self.assertEqual(running.get_state(), State.QUEUED)
        running.cancel()
        self.assertIOError(Gio.IOErrorEnum.CANCELLED, running.join)
        self.assertEqual(running.get_state(), State.CANCELLED)
        release.set()

    def test_dependent(self):
        pool = self.new_pool(1)

        def work(depth):
            def function(_thread):
                if depth > 0:
                    child = Worker(work(depth - 1), executor=pool)
                    child.start()
                    child.join()
                    return child.seen + 1
                return 0
            return function

        thread = Worker(work(30), executor=pool)
        thread.start()
        self.assertTrue(thread.join())
        self.assertEqual(thread.seen, 30)


class TestParallel(PoolCase):
    def check_range(self, pool, begin, end, grain):
        lock = threading.Lock()
        pieces = []

        def piece(begin, end):
            with lock:
                pieces.append((begin, end))

        MyThread.parallel_for(pool, begin, end, grain, piece)
        self.assertEqual(sorted(index for piece in pieces for index in range(*piece)), list(range(begin, end)))
        if grain:
            self.assertLessEqual(max((end - begin for begin, end in pieces), default=0), grain)

    def test_ranges(self):
        pool = self.new_pool(2)
        for place in (pool, None):
            for begin, end in ((0, 0), (0, 1), (5, 100), (0, 1000)):
                for grain in (0, 1, 7, 5000):
                    self.check_range(place, begin, end, grain)

    def test_nested(self):
        pool = self.new_pool(2)
        lock = threading.Lock()
        seen = []

        def inner(begin, end):
            with lock:
                seen.extend(range(begin, end))

        MyThread.parallel_for(pool, 0, 10, 1, lambda begin, end: MyThread.parallel_for(pool, begin * 10, end * 10, 3, inner))
        self.assertEqual(sorted(seen), list(range(100)))

    def test_in_thread(self):
        pool = self.new_pool(2)
        thread = Worker(lambda thread: self.check_range(pool, 0, 200, 3), executor=pool)
        thread.start()
        self.assertTrue(thread.join())

    def test_cancelled(self):
        pool = self.new_pool(2)
        seen = []

        def loop(thread):
            def piece(begin, _end):
                seen.append(begin)
                if len(seen) >= 5:  # whoever sees it: another one may be held up, or nobody see just this number
                    thread.cancel()
            MyThread.parallel_for(pool, 0, 100000, 1, piece)

        thread = Worker(loop)
        thread.start()
        thread.join()
        self.assertTrue(5 <= len(seen) < 1000, len(seen))

    def test_invoke(self):
        pool = self.new_pool(2)
        results = {}
        # The data of the first of two callbacks PyGObject takes as it is: it has to be a tuple.
        MyThread.parallel_invoke(pool, lambda *data: results.update(a=data), (1,), lambda *data: results.update(b=data), 2)
        self.assertEqual(results, {"a": (1,), "b": (2,)})


class ThreadExecutor(GObject.Object, MyThread.Executor):
    """Runs each thread on a thread of Python's own."""

    def __init__(self):
        super().__init__()
        self.threads = []

    def do_execute(self, thread):
        python_thread = threading.Thread(target=thread.execute)
        self.threads.append(python_thread)
        python_thread.start()
        return True

    def close(self):
        for python_thread in self.threads:
            python_thread.join()


class ProcessExecutor(GObject.Object, MyThread.Executor):
    """Each thread's work is done by a child process, whose lines are passed on. (The end of one that succeeds is told
    by the thread's own execute(): PyGObject takes no None for a GError.)"""

    def __init__(self, script):
        super().__init__()
        self.script = script
        self.talkers = []

    def do_execute(self, thread):
        child = subprocess.Popen([sys.executable, "-c", self.script], text=True,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        talker = threading.Thread(target=self.talk, args=(thread, child))
        self.talkers.append(talker)
        talker.start()
        return True

    def talk(self, thread, child):
        thread.report_begin()
        connection = thread.get_cancellable().connect(lambda *_unused: child.stdin.close())
        for line in child.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "progress":
                thread.set_progress(float(rest))
        status = child.wait()
        thread.get_cancellable().disconnect(connection)
        child.stdout.close()
        if not thread.is_cancelled():
            child.stdin.close()
            error = GLib.Error(f"ended with {status}", "processes", 1)
        else:
            error = GLib.Error("stopped", GLib.quark_to_string(Gio.io_error_quark()), Gio.IOErrorEnum.CANCELLED)
        thread.report_end(None, error)

    def close(self):
        for talker in self.talkers:
            talker.join()


class TestExecutors(PoolCase):
    def test_python_threads(self):
        executor = ThreadExecutor()
        self.addCleanup(executor.close)
        threads = [Worker(lambda thread: (MyThread.Thread.get_current() is thread, threading.get_ident()))
                   for _ in range(20)]
        logs = [record(thread, "started", "finished") for thread in threads]
        for thread in threads:
            self.assertTrue(executor.submit(thread))
        for thread, log in zip(threads, logs):
            self.assertTrue(thread.join())
            self.assertEqual((thread.get_state(), log), (State.SUCCEEDED, ["started", "finished"]))
            is_current, ident = thread.seen
            self.assertTrue(is_current)
            self.assertNotEqual(ident, threading.get_ident())

    def test_python_threads_cancelled(self):
        executor = ThreadExecutor()
        self.addCleanup(executor.close)
        thread = Worker(lambda thread: MyThread.Thread.sleep(-1), executor=executor)
        thread.start()
        run_until(lambda: thread.get_state() == State.RUNNING)
        thread.cancel()
        self.assertIOError(Gio.IOErrorEnum.CANCELLED, thread.join)
        self.assertEqual(thread.get_state(), State.CANCELLED)

    def child(self, script):
        executor = ProcessExecutor(script)
        self.addCleanup(executor.close)
        thread = Worker(lambda thread: self.fail("it ran here"), executor=executor)
        log = record(thread, "started", "notify::progress", "finished")
        thread.start()
        return thread, log

    def test_process_progress_and_cancel(self):
        thread, log = self.child("import sys; print('progress 0.5', flush=True); sys.stdin.read()")
        run_until(lambda: thread.get_progress() == 0.5 and "notify::progress" in log)
        self.assertEqual(thread.get_state(), State.RUNNING)
        thread.cancel()
        self.assertIOError(Gio.IOErrorEnum.CANCELLED, thread.join)
        self.assertEqual(thread.get_state(), State.CANCELLED)
        self.assertEqual(log, ["started", "notify::progress", "finished"])

    def test_process_death(self):
        thread, log = self.child("import os; print('progress 0.25', flush=True); os.kill(os.getpid(), 9)")
        with self.assertRaises(GLib.Error) as caught:
            thread.join()
        self.assertEqual((caught.exception.message, thread.get_state()), ("ended with -9", State.FAILED))
        self.assertEqual((log[0], log[-1], thread.get_progress()), ("started", "finished", 0.25))

    def test_refused(self):
        class Closed(GObject.Object, MyThread.Executor):
            def do_execute(self, thread):
                raise GLib.Error("closed", GLib.quark_to_string(MyThread.ThreadError.quark()),
                                 MyThread.ThreadError.SHUT_DOWN)

        thread = Worker(lambda thread: 7)
        self.assertThreadError(MyThread.ThreadError.SHUT_DOWN, Closed().submit, thread)
        self.assertEqual(thread.get_state(), State.NEW)
        thread.props.executor = None
        thread.start()
        self.assertTrue(thread.join())


if __name__ == "__main__":
    taprunner.main()
