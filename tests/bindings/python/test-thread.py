#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MyThread.Thread through plain introspection, with no overrides."""

import gc
import os
import threading
import weakref

import gi
import taprunner

gi.require_version("MyThread", "1.0")
from gi.repository import Gio, GLib, GObject, MyThread
from loop import MS, Case, Worker, fail, is_error, record, run_until, sleep_until_cancelled
from patience import wait_until

State = MyThread.ThreadState


class ThreadCase(Case):
    def started(self, function, **properties):
        """A running thread that will be gone after the test, whatever comes."""
        thread = Worker(function, **properties)
        self.addCleanup(self.end, thread)
        thread.start()
        return thread

    def end(self, thread):
        thread.cancel()
        try:
            thread.join()
        except GLib.Error:
            pass


class TestSubclass(ThreadCase):
    def test_runs_elsewhere(self):
        thread = self.started(lambda thread: (threading.get_native_id(), MyThread.Thread.get_current() is thread))
        self.assertTrue(thread.join())
        native_id, is_current = thread.seen
        self.assertNotEqual(native_id, threading.get_native_id())
        self.assertTrue(is_current)
        self.assertEqual(thread.get_state(), State.SUCCEEDED)
        self.assertFalse(thread.is_alive())

    def test_without_run(self):
        class Idle(MyThread.Thread):
            pass

        thread = Idle()
        thread.start()
        self.assertTrue(thread.join())
        self.assertEqual(thread.get_state(), State.SUCCEEDED)

    def test_subclass_of_a_subclass(self):
        calls = []

        class Derived(Worker):
            def do_run(self):
                calls.append("derived")
                Worker.do_run(self)

        thread = Derived(lambda thread: calls.append("base"))
        thread.start()
        thread.join()
        self.assertEqual(calls, ["derived", "base"])

    def test_signals_of_its_own(self):
        class Signaller(MyThread.Thread):
            __gsignals__ = {"found": (GObject.SignalFlags.RUN_LAST, None, (str,))}
            goal = GObject.Property(type=int, default=3)

        thread = Signaller(goal=7, name="signaller")
        found = []
        thread.connect("found", lambda thread, what: found.append(what))
        thread.emit("found", "it")
        self.assertEqual((found, thread.goal, thread.dup_name()), (["it"], 7, "signaller"))

    def test_class_handlers(self):
        calls = []

        class Handler(MyThread.Thread):
            def do_run(self):
                calls.append(("run", threading.get_ident()))

            def do_started(self):
                calls.append(("started", threading.get_ident()))

            def do_finished(self):
                calls.append(("finished", threading.get_ident()))

        thread = Handler()
        thread.start()
        thread.join()
        here = threading.get_ident()
        self.assertEqual(sorted(name for name, _ in calls), ["finished", "run", "started"])
        for name, ident in calls:
            self.assertEqual(ident == here, name != "run", name)

    def test_chain_up(self):
        calls = []

        class Upper(MyThread.Thread):
            def do_run(self):
                MyThread.Thread.do_run(self)
                calls.append("run")

            def do_started(self):
                MyThread.Thread.do_started(self)
                calls.append("started")

            def do_finished(self):
                MyThread.Thread.do_finished(self)
                calls.append("finished")

        class Lower(Upper):
            def do_finished(self):
                super().do_finished()
                calls.append("lower-finished")

        for make, expected in ((Upper, ["finished", "run", "started"]), (Lower, ["finished", "lower-finished", "run", "started"])):
            calls.clear()
            thread = make()
            thread.start()
            thread.join()
            self.assertEqual(sorted(calls), expected)

    def test_many(self):
        threads = [Worker(lambda thread: thread.get_native_id()) for _ in range(200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            self.assertTrue(thread.join())
        self.assertTrue(all(thread.seen > 0 for thread in threads))

    def test_finalised_without_a_loop(self):
        """Nobody listens, and the wrapper has the last reference: it goes at its end, on any thread."""
        idents = []
        thread = Worker(lambda thread: None)
        thread.weak_ref(lambda: idents.append(threading.get_ident()))
        thread.start()
        wrapper = weakref.ref(thread)
        del thread
        wait_until(lambda: idents)
        self.assertEqual(len(idents), 1)
        self.assertIsNone(wrapper())

    def test_finalised_in_the_owner_thread(self):
        idents = []
        thread = Worker(lambda thread: None)
        thread.connect("finished", lambda thread: None)
        thread.weak_ref(lambda: idents.append(threading.get_ident()))
        thread.start()
        wrapper = weakref.ref(thread)
        del thread
        run_until(lambda: gc.collect() is None or idents)
        self.assertEqual(idents, [threading.get_ident()])
        self.assertIsNone(wrapper())


class TestFunction(ThreadCase):
    def test_function(self):
        seen = []
        thread = MyThread.Thread.new("name", lambda thread, *data: seen.append((thread.dup_name(), data)), "data")
        thread.start()
        thread.join()
        self.assertEqual(seen, [("name", ("data",))])

    def test_without_data(self):
        seen = []
        thread = MyThread.Thread.new(None, seen.append)
        thread.start()
        thread.join()
        self.assertEqual(seen, [thread])

    def test_args(self):
        seen = []
        args = GLib.Variant("(sid)", ("ä", 2, 0.5))
        kwargs = GLib.Variant("a{sv}", {"key": GLib.Variant("as", ["x", "y"])})

        def function(thread, data):
            seen.append((thread.get_args().unpack(), thread.get_kwargs().unpack(), data))

        thread = MyThread.Thread.new_with_args("name", args, kwargs, function, "data")
        self.assertEqual(thread.props.args, args)
        self.assertEqual(thread.props.kwargs, kwargs)
        thread.start()
        thread.join()
        self.assertEqual(seen, [(("ä", 2, 0.5), {"key": ["x", "y"]}, "data")])

    def test_no_args(self):
        thread = MyThread.Thread.new_with_args(None, None, None, lambda thread: None)
        self.assertIsNone(thread.get_args())
        self.assertIsNone(thread.get_kwargs())

    def test_function_is_let_go(self):
        class Data:
            pass

        data = Data()
        gone = weakref.ref(data)
        thread = MyThread.Thread.new(None, lambda thread, data: None, data)
        del data
        thread.start()
        thread.join()
        del thread
        run_until(lambda: gc.collect() is None or gone() is None)

    def test_error(self):
        thread = MyThread.Thread.new(None, fail)
        thread.start()
        self.assertIOError(Gio.IOErrorEnum.BUSY, thread.join)


class TestLife(ThreadCase):
    def test_start_twice(self):
        thread = self.started(lambda thread: None)
        self.assertThreadError(MyThread.ThreadError.ALREADY_STARTED, thread.start)

    def test_not_started(self):
        thread = Worker(lambda thread: None)
        self.assertEqual(thread.get_state(), State.NEW)
        self.assertThreadError(MyThread.ThreadError.NOT_STARTED, thread.join)
        self.assertThreadError(MyThread.ThreadError.NOT_STARTED, thread.get_result)

    def test_join_timeout(self):
        thread = self.started(sleep_until_cancelled)
        self.assertThreadError(MyThread.ThreadError.TIMED_OUT, thread.join_timeout, 20 * MS)
        self.assertThreadError(MyThread.ThreadError.TIMED_OUT, thread.join_timeout, 0)
        self.assertTrue(thread.is_alive())
        self.assertEqual(thread.get_state(), State.RUNNING)

    def test_join_itself(self):
        errors = []

        def join_itself(thread):
            try:
                thread.join()
            except GLib.Error as error:
                errors.append(error)

        self.started(join_itself).join()
        self.assertTrue(is_error(errors[0], MyThread.ThreadError.DEADLOCK))

    def test_join_from_many(self):
        thread = self.started(sleep_until_cancelled)
        outcomes = []

        def joiner():
            try:
                thread.join()
            except GLib.Error as error:
                outcomes.append(error.code)

        joiners = [threading.Thread(target=joiner) for _ in range(5)]
        for other in joiners:
            other.start()
        thread.cancel()
        for other in joiners:
            other.join()
        self.assertEqual(outcomes, [Gio.IOErrorEnum.CANCELLED] * 5)

    def test_join_async(self):
        thread = self.started(lambda thread: MyThread.Thread.sleep(10 * MS))
        results = []
        thread.join_async(None, lambda thread, result: results.append(thread.join_finish(result)))
        run_until(lambda: results)
        self.assertEqual(results, [True])

    def test_join_async_of_a_failure(self):
        thread = self.started(fail)
        results = []

        def on_joined(thread, result):
            try:
                thread.join_finish(result)
            except GLib.Error as error:
                results.append(error.message)

        thread.join_async(None, on_joined)
        run_until(lambda: results)
        self.assertEqual(results, ["no such luck"])

    def test_join_async_cancelled(self):
        thread = self.started(sleep_until_cancelled)
        cancellable = Gio.Cancellable()
        results = []

        def on_joined(thread, result):
            try:
                thread.join_finish(result)
            except GLib.Error as error:
                results.append(error)

        thread.join_async(cancellable, on_joined)
        cancellable.cancel()
        run_until(lambda: results)
        self.assertTrue(results[0].matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))
        self.assertTrue(thread.is_alive())

    def test_failure(self):
        thread = self.started(fail)
        with self.assertRaises(GLib.Error) as caught:
            thread.join()
        self.assertEqual(caught.exception.message, "no such luck")
        self.assertEqual(thread.get_state(), State.FAILED)
        self.assertEqual(thread.dup_error().message, "no such luck")
        self.assertEqual(thread.props.error.message, "no such luck")
        self.assertIOError(Gio.IOErrorEnum.BUSY, thread.get_result)

    def test_cancel(self):
        thread = self.started(sleep_until_cancelled)
        thread.cancel()
        self.assertIOError(Gio.IOErrorEnum.CANCELLED, thread.join)
        self.assertEqual(thread.get_state(), State.CANCELLED)
        self.assertTrue(thread.is_cancelled())

    def test_cancel_before_it_starts(self):
        thread = Worker(lambda thread: self.fail("it ran"))
        thread.cancel()
        self.assertTrue(thread.start())
        self.assertIOError(Gio.IOErrorEnum.CANCELLED, thread.join)
        self.assertIsNone(thread.seen)

    def test_cancellable(self):
        def wait(thread):
            Gio.Socket.new(Gio.SocketFamily.UNIX, Gio.SocketType.DATAGRAM, Gio.SocketProtocol.DEFAULT) \
                .condition_wait(GLib.IOCondition.IN, thread.get_cancellable())

        thread = self.started(wait)
        thread.cancel()
        self.assertIOError(Gio.IOErrorEnum.CANCELLED, thread.join)

    def test_cancelled_by_its_cancellable(self):
        thread = self.started(sleep_until_cancelled)
        thread.get_cancellable().cancel()
        self.assertIOError(Gio.IOErrorEnum.CANCELLED, thread.join)

    def test_set_error_if_cancelled(self):
        def work(thread):
            while True:
                thread.set_error_if_cancelled()

        thread = self.started(work)
        thread.cancel()
        self.assertIOError(Gio.IOErrorEnum.CANCELLED, thread.join)
        self.assertEqual(thread.get_state(), State.CANCELLED)


class TestResult(ThreadCase):
    def result(self, value):
        thread = self.started(lambda thread: thread.set_result(value))
        thread.join()
        return thread.get_result()[-1]

    def test_values(self):
        for value in (7, "text", 0.25, True, ["a", "b"]):
            self.assertEqual(self.result(value), value)

    def test_object(self):
        model = Gio.ListStore()
        self.assertIs(self.result(model), model)

    def test_any_python_value(self):
        value = {"any": (1, 2)}
        self.assertIs(self.result(value), value)


class TestProperties(ThreadCase):
    def test_name(self):
        thread = Worker(lambda thread: None, name="first")
        self.assertEqual((thread.dup_name(), thread.props.name), ("first", "first"))
        thread.set_name("второй")
        self.assertEqual(thread.props.name, "второй")
        thread.props.name = None
        self.assertRegex(thread.dup_name(), r"^Thread-\d+$")

    def test_name_for_the_system(self):
        def system_name(_thread):
            with open("/proc/thread-self/comm", encoding="utf-8") as file:
                return file.read()

        thread = self.started(system_name, name="a name that is long")
        thread.join()
        self.assertEqual(thread.seen, "a name that is \n")

    def test_idents(self):
        def idents(thread):
            return (thread.get_ident(), threading.get_ident()), (thread.get_native_id(), threading.get_native_id())

        thread = Worker(idents)
        self.assertEqual((thread.get_ident(), thread.get_native_id()), (0, 0))
        thread.start()
        thread.join()
        for mine, pythons in thread.seen:
            self.assertEqual(mine, pythons)

    def test_before_start_only(self):
        thread = Worker(lambda thread: None, daemon=True, stack_size=1 << 20, priority=1, fresh_os_thread=True)
        self.assertEqual((thread.props.daemon, thread.props.stack_size, thread.props.priority, thread.props.fresh_os_thread),
                         (True, 1 << 20, 1, True))
        self.assertIsNone(thread.props.executor)
        thread.start()
        thread.join()

    def test_progress_and_status(self):
        def work(thread):
            for step in range(1001):
                thread.set_progress(step / 1000)
            thread.set_status("at the end")

        thread = Worker(work)
        log = record(thread, "started", "notify::progress", "notify::status", "notify::state", "notify::alive",
                     "finished")
        self.assertIsNone(thread.dup_status())
        thread.start()
        run_until(lambda: "finished" in log)
        self.assertEqual((thread.get_progress(), thread.dup_status()), (1.0, "at the end"))
        self.assertEqual((log[0], log[-1], log.count("started"), log.count("finished")),
                         ("started", "finished", 1, 1))
        self.assertIn("notify::progress", log)
        self.assertIn("notify::status", log)
        self.assertLess(log.count("notify::progress"), 1000)

    def test_binding(self):
        class Bar(GObject.Object):
            fraction = GObject.Property(type=float)

        bar = Bar()
        thread = Worker(lambda thread: thread.set_progress(0.75))
        thread.bind_property("progress", bar, "fraction", GObject.BindingFlags.SYNC_CREATE)
        thread.start()
        run_until(lambda: bar.fraction == 0.75)
        thread.join()

    def test_main_context(self):
        self.assertEqual(Worker(lambda thread: None).get_main_context(), GLib.MainContext.default())

        context = GLib.MainContext()
        thread = Worker(lambda thread: None, main_context=context)
        log = record(thread, "started", "finished")
        thread.start()
        while "finished" not in log:
            context.iteration(True)
        self.assertEqual(log, ["started", "finished"])


class TestDelivery(ThreadCase):
    def test_in_the_main_loop(self):
        idents = []
        thread = Worker(lambda thread: thread.set_progress(0.5))
        for signal in ("started", "notify", "finished"):
            thread.connect(signal, lambda *args: idents.append(threading.get_ident()))
        done = record(thread, "finished")
        thread.start()
        run_until(lambda: done)
        self.assertEqual(set(idents), {threading.get_ident()})

    def test_without_a_loop(self):
        thread = Worker(lambda thread: None)
        log = record(thread, "started", "finished")
        thread.start()
        thread.join()
        self.assertEqual(log, ["started", "finished"])

    def test_not_started_if_cancelled(self):
        thread = Worker(lambda thread: None)
        log = record(thread, "started", "finished")
        thread.cancel()
        thread.start()
        self.assertIOError(Gio.IOErrorEnum.CANCELLED, thread.join)
        self.assertEqual(log, ["finished"])


class TestThreads(ThreadCase):
    def test_main(self):
        main = MyThread.Thread.get_main()
        self.assertIs(MyThread.Thread.get_current(), main)
        self.assertEqual(main.dup_name(), "MainThread")
        self.assertEqual(main.get_native_id(), os.getpid())
        self.assertTrue(main.is_alive())

    def test_foreign(self):
        names = []
        other = threading.Thread(target=lambda: names.append(MyThread.Thread.get_current().dup_name()))
        other.start()
        other.join()
        self.assertRegex(names[0], r"^Foreign-\d+$")

    def test_enumerate(self):
        before = MyThread.Thread.active_count()
        thread = self.started(sleep_until_cancelled)
        self.assertEqual(MyThread.Thread.active_count(), before + 1)
        threads = MyThread.Thread.enumerate()
        self.assertEqual(len(threads), before + 1)
        self.assertIn(thread, threads)
        self.assertIn(MyThread.Thread.get_main(), threads)

    def test_sleep(self):
        self.assertTrue(MyThread.Thread.sleep(MS))

    def test_dump(self):
        self.started(sleep_until_cancelled, name="a sleeper")
        self.assertIn("a sleeper", MyThread.Thread.dump())

    def test_types(self):
        self.assertEqual(State.SUCCEEDED.value_nick, "succeeded")
        self.assertEqual(GObject.type_name(State.__gtype__), "MyThreadState")
        self.assertEqual(GObject.type_name(MyThread.ThreadError.__gtype__), "MyThreadError")


class TestExecutor(ThreadCase):
    def test_executor(self):
        class Executor(GObject.Object, MyThread.Executor):
            """Runs a thread on one of Python's own."""

            def __init__(self):
                super().__init__()
                self.pythons = []

            def do_execute(self, thread):
                python = threading.Thread(target=thread.execute)
                self.pythons.append(python)
                python.start()
                return True

        executor = Executor()
        thread = Worker(lambda thread: threading.get_ident())
        self.assertTrue(executor.submit(thread))
        self.assertTrue(thread.join())
        self.assertEqual(thread.seen, executor.pythons[0].ident)
        self.assertIs(thread.props.executor, executor)
        executor.pythons[0].join()

    def test_executor_that_refuses(self):
        class Executor(GObject.Object, MyThread.Executor):
            def do_execute(self, thread):
                raise GLib.Error("closed", domain=GLib.quark_to_string(MyThread.ThreadError.quark()),
                                 code=MyThread.ThreadError.SHUT_DOWN)

        thread = Worker(lambda thread: None)
        self.assertThreadError(MyThread.ThreadError.SHUT_DOWN, Executor().submit, thread)
        self.assertEqual(thread.get_state(), State.NEW)

    def test_executor_that_says_nothing(self):
        class Executor(GObject.Object, MyThread.Executor):
            def do_execute(self, thread):
                return False

        thread = Worker(lambda thread: None)
        with self.assertRaises(GLib.Error):
            Executor().submit(thread)
        self.assertEqual(thread.get_state(), State.NEW)

    def test_report(self):
        class Elsewhere(GObject.Object, MyThread.Executor):
            """Says that the thread has failed, on another machine. (A success it
            cannot report: PyGObject takes no None for a GError.)"""

            def do_execute(self, thread):
                thread.report_begin()
                thread.set_progress(0.5)
                thread.report_end(None, GLib.Error("far away", "elsewhere", 1))
                return True

        thread = Worker(lambda thread: self.fail("it ran here"))
        log = record(thread, "started", "finished")
        Elsewhere().submit(thread)
        with self.assertRaises(GLib.Error) as caught:
            thread.join()
        self.assertEqual((caught.exception.message, caught.exception.domain), ("far away", "elsewhere"))
        self.assertEqual((log, thread.get_progress()), (["started", "finished"], 0.5))


if __name__ == "__main__":
    taprunner.main()
