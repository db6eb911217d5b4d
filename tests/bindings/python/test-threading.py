#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MyThread as Python's threading: what a program sees that has only changed the line of its import."""

import copy
import functools
import gc
import io
import logging
import operator
import os
import pickle
import sys
import threading as python
import time
import traceback
import unittest
import unittest.mock
import warnings
import weakref
from unittest import mock

import taprunner

from gi.repository import Gio, GLib, GObject
from gi.repository import MyThread as threading
from loop import run_until
from patience import LONG_S, run, wait_until

State = threading.ThreadState


def started(target, *args, **properties):
    thread = threading.Thread(target=target, args=args, **properties)
    thread.start()
    return thread


def joined(target, *args, **properties):
    thread = started(target, *args, **properties)
    thread.join()
    return thread


class Anything:
    """An object that can be watched."""


class Case(unittest.TestCase):
    def setUp(self):
        self.reports = []
        patch = mock.patch.object(threading, "excepthook", self.reports.append)
        patch.start()
        self.addCleanup(patch.stop)
        self.addCleanup(self.check_that_none_are_left)

    def check_that_none_are_left(self):
        wait_until(lambda: threading.active_count() <= 1)
        self.assertEqual(threading.enumerate(), [threading.main_thread()])

    def waiting(self, **properties):
        """A running thread, that ends with the test."""
        event = threading.Event()
        thread = started(event.wait, **properties)
        self.addCleanup(thread.join)
        self.addCleanup(event.set)
        return thread

    def assertGone(self, reference):
        gc.collect()
        self.assertIsNone(reference())


class TestConstructor(Case):
    def test_positions(self):
        seen = []
        thread = threading.Thread(None, lambda *args, **kwargs: seen.append((args, kwargs)), "name", (1,), {"a": 2})
        thread.start()
        thread.join()
        self.assertEqual((thread.name, seen), ("name", [((1,), {"a": 2})]))

    def test_any_arguments(self):
        arguments = (Anything(), lambda: None, {1: [2]}, None, b"\0", 1 << 100)
        thread = joined(lambda *args: args, *arguments)
        for given, got in zip(arguments, thread.result):
            self.assertIs(given, got)

    def test_keywords(self):
        thread = threading.Thread(target=lambda a, *, b: (a, b), kwargs={"a": 1, "b": 2})
        thread.start()
        thread.join()
        self.assertEqual(thread.result, (1, 2))

    def test_keywords_of_an_own_kind(self):
        arguments = {}
        self.assertEqual(joined(lambda: None).result, None)
        thread = threading.Thread(target=lambda **kwargs: kwargs, kwargs=arguments)
        arguments["late"] = 1
        thread.start()
        thread.join()
        self.assertEqual(thread.result, {"late": 1})

    def test_names(self):
        self.assertRegex(threading.Thread().name, r"^Thread-\d+$")
        self.assertRegex(threading.Thread(name="").name, r"^Thread-\d+$")
        self.assertRegex(threading.Thread(target=joined).name, r"^Thread-\d+ \(joined\)$")
        self.assertRegex(threading.Thread(target=functools.partial(joined)).name, r"^Thread-\d+$")
        self.assertEqual(threading.Thread(name=5).name, "5")
        self.assertEqual(threading.Thread(target=joined, name="имя").name, "имя")
        for name in ("\udc80", "a\0b", "\0"):
            thread = threading.Thread(name=name)
            self.assertEqual(thread.name, name)
            self.assertNotIn("\0", thread.props.name)
            thread.name = name + "c"
            self.assertEqual(thread.name, name + "c")
            thread.props.name = "of C"
            self.assertEqual(thread.name, "of C")

    def test_group(self):
        group = threading.ThreadGroup(name="group")
        self.assertIs(threading.Thread(group=group).get_group(), group)
        self.assertIs(threading.Thread(group).get_group(), group)
        self.assertIs(threading.Thread(None).get_group(), threading.ThreadGroup.get_default())

    def test_wrong_group(self):
        for kind in (AssertionError, TypeError):
            with self.assertRaisesRegex(kind, "group must be None or a ThreadGroup, not str$"):
                threading.Thread("group")

    def test_too_many(self):
        with self.assertRaises(TypeError):
            threading.Thread(None, None, None, (), {}, True)
        with self.assertRaises(TypeError):
            threading.Thread(no_such_property=1)

    def test_properties(self):
        context = GLib.MainContext()
        thread = threading.Thread(target=print, name="x", stack_size=1 << 20, priority=1, daemon=True, main_context=context)
        self.assertEqual((thread.props.name, thread.props.stack_size, thread.props.priority, thread.props.daemon),
                         ("x", 1 << 20, 1, True))
        self.assertEqual(thread.get_main_context(), context)

    def test_variants(self):
        args = GLib.Variant("(si)", ("a", 1))
        kwargs = GLib.Variant("a{sv}", {"b": GLib.Variant("i", 2)})
        thread = threading.Thread(target=lambda *args, **kwargs: (args, kwargs), args=args, kwargs=kwargs)
        self.assertEqual((thread.get_args(), thread.get_kwargs()), (args, kwargs))
        thread.start()
        thread.join()
        self.assertEqual(thread.result, (("a", 1), {"b": 2}))

    def test_default_stack_size(self):
        self.assertEqual(threading.stack_size(1 << 20), 0)
        self.addCleanup(threading.stack_size, 0)
        self.assertEqual(threading.Thread().props.stack_size, 1 << 20)
        self.assertEqual(joined(lambda: 1).result, 1)
        self.assertEqual(threading.stack_size(), 1 << 20)
        self.assertEqual(threading.Thread().props.stack_size, 0)
        with self.assertRaises(ValueError):
            threading.stack_size(5)

    def test_without_init(self):
        class Forgetful(threading.Thread):
            def __init__(self):
                self.early = 1

        thread = Forgetful()
        self.assertEqual(thread.early, 1)
        self.assertIn("Forgetful", repr(thread))
        for kind, functions in {
                RuntimeError: (thread.start, thread.join, thread.get_result, lambda: setattr(thread, "daemon", True)),
                AssertionError: (thread.is_alive, lambda: thread.name, lambda: thread.ident, lambda: thread.native_id,
                                 lambda: thread.daemon, lambda: setattr(thread, "name", "x"))}.items():
            for function in functions:
                with self.assertRaisesRegex(kind, r"__init__\(\) not called"):
                    function()

    def test_copies(self):
        thread = threading.Thread()
        with self.assertRaisesRegex(TypeError, "cannot pickle 'Thread' object"):
            pickle.dumps(thread)
        for function in (copy.copy, copy.deepcopy):
            with self.assertRaises(TypeError):
                function(thread)


class TestSubclass(Case):
    def test_run(self):
        class Worker(threading.Thread):
            def __init__(self, number):
                self.early = "early"
                super().__init__(name=f"worker {number}")
                self.number = number

            def run(self):
                self.seen = (self.early, self.number, threading.current_thread() is self, python.get_ident())
                return self.number

        thread = Worker(5)
        thread.start()
        thread.join()
        self.assertEqual(thread.seen, ("early", 5, True, thread.ident))
        self.assertEqual((thread.result, thread.name), (5, "worker 5"))

    def test_self_is_passed_twice(self):
        class Counter(threading.Thread):
            def __init__(self, number):
                super().__init__(self, name=f"counter {number}")

        with self.assertRaisesRegex(TypeError, r"not Counter; self was passed twice: write super\(\).__init__\(name="):
            Counter(1)
        with self.assertRaises(AssertionError):  # threading's
            Counter(1)

    def test_do_run(self):
        class Worker(threading.Thread):
            def do_run(self):
                return "done"

        class Derived(Worker):
            def do_run(self):
                return super().do_run() + " twice"

        for kind, result in ((Worker, "done"), (Derived, "done twice")):
            thread = kind()
            thread.start()
            thread.join()
            self.assertEqual(thread.result, result)

    def test_run_over_do_run(self):
        class Worker(threading.Thread):
            def do_run(self):
                return "do_run"

        class Derived(Worker):
            def run(self):
                return "run"

        class Deeper(Derived):
            pass

        class Back(Derived):
            def do_run(self):
                return "do_run again"

        for kind, result in ((Derived, "run"), (Deeper, "run"), (Back, "do_run again")):
            thread = kind()
            thread.start()
            thread.join()
            self.assertEqual(thread.result, result)

    def test_target_of_a_subclass(self):
        class Plain(threading.Thread):
            pass

        class Calling(threading.Thread):
            def run(self):
                return "and " + super().run()

        class CallingDoRun(threading.Thread):
            def do_run(self):
                return super().do_run()

        for kind in (Plain, Calling):
            thread = kind(target=lambda: "target")
            thread.start()
            thread.join()
            self.assertEqual(thread.result, "and target" if kind is Calling else "target")
        thread = CallingDoRun(target=lambda: self.reports.append("called"))
        thread.start()
        thread.join()
        self.assertEqual(self.reports, ["called"])

    def test_mixins(self):
        class Runs:
            def run(self):
                return "mixed in"

        class DoRuns:
            def do_run(self):
                return "mixed in, too"

        class A(Runs, threading.Thread):
            pass

        class B(DoRuns, threading.Thread):
            pass

        for kind, result in ((A, "mixed in"), (B, "mixed in, too")):
            thread = kind()
            thread.start()
            thread.join()
            self.assertEqual(thread.result, result)

    def test_run_of_the_object(self):
        thread = threading.Thread()
        thread.run = lambda: "its own"
        thread.start()
        thread.join()
        self.assertEqual(thread.result, "its own")

    def test_what_threading_calls_its_arguments(self):
        class WithResult(threading.Thread):
            def run(self):
                self._return = self._target(*self._args, **self._kwargs)

            def join(self, *args):
                super().join(*args)
                return self._return

        thread = WithResult(target=operator.add, args=(1, 2))
        thread.start()
        self.assertEqual(thread.join(), 3)

    def test_attributes_of_any_name(self):
        class Worker(threading.Thread):
            def __init__(self):
                super().__init__()
                self.result = self.exception = self.error = self.state = self.status = self.group = self.args = "mine"

            def run(self):
                self.result = 7
                self.exception = None

            def get_result(self):
                return "overridden"

            def connect(self):
                return "overridden"

        thread = Worker()
        self.assertEqual(thread.result, "mine")
        thread.start()
        thread.join()
        self.assertEqual((thread.result, thread.exception, thread.state), (7, None, "mine"))

    def test_signals_and_properties(self):
        class Worker(threading.Thread):
            __gsignals__ = {"found": (GObject.SignalFlags.RUN_LAST, None, (str,))}
            goal = GObject.Property(type=int, default=3)

            def run(self):
                return self.goal

        thread = Worker(goal=7, name="signaller", daemon=True)
        found = []
        thread.connect("found", lambda thread, what: found.append(what))
        thread.emit("found", "it")
        thread.start()
        thread.join()
        self.assertEqual((found, thread.result, thread.name), (["it"], 7, "signaller"))

    def test_class_handlers(self):
        class Worker(threading.Thread):
            idents = []

            def do_started(self):
                self.idents.append(python.get_ident())

            do_finished = do_started

        thread = Worker(target=lambda: None)
        thread.start()
        thread.join()
        self.assertEqual(Worker.idents, [python.get_ident()] * 2)

    def test_threads_of_c_stay_c(self):
        """No run() of Python's gets into the GType of the library's own class."""
        class Worker(threading.Thread):
            def run(self):
                raise AssertionError("it was called")

        thread = GObject.new(GObject.type_from_name("MyThread"))
        self.assertIsInstance(thread, threading.Thread)
        self.assertNotIsInstance(thread, Worker)
        thread.start()
        thread.join()
        self.assertEqual((thread.get_state(), self.reports), (State.SUCCEEDED, []))


class TestLife(Case):
    def test_start_twice(self):
        thread = self.waiting()
        with self.assertRaisesRegex(RuntimeError, "^threads can only be started once$") as caught:
            thread.start()
        self.assertTrue(caught.exception.matches(threading.ThreadError.quark(), threading.ThreadError.ALREADY_STARTED))

    def test_start_after_the_end(self):
        with self.assertRaisesRegex(RuntimeError, "^threads can only be started once$"):
            joined(lambda: None).start()

    def test_join_unstarted(self):
        for timeout in (None, 0, 1):
            with self.assertRaisesRegex(RuntimeError, "^cannot join thread before it is started$"):
                threading.Thread().join(timeout)

    def test_join_itself(self):
        def join_itself():
            with self.assertRaisesRegex(RuntimeError, "^cannot join current thread$"):
                threading.current_thread().join()
            return True

        self.assertTrue(joined(join_itself).result)
        with self.assertRaisesRegex(RuntimeError, "^cannot join current thread$"):
            threading.main_thread().join(1)

    def test_join_in_a_circle(self):
        threads = []
        errors = []

        def join(other):
            try:
                threads[other].join()
            except RuntimeError as error:
                errors.append(error)

        gate = threading.Event()
        for other in (1, 0):
            threads.append(threading.Thread(target=lambda other=other: gate.wait() and join(other)))
        for thread in threads:
            thread.start()
        gate.set()
        for thread in threads:
            thread.join()
        self.assertEqual(len(errors), 1)
        self.assertTrue(errors[0].matches(threading.ThreadError.quark(), threading.ThreadError.DEADLOCK))

    def test_join_timeouts(self):
        thread = self.waiting()
        for timeout in (0, -1, -1e9, 0.001, 0.06, 0.0):
            begin = time.monotonic()
            self.assertIsNone(thread.join(timeout))
            self.assertGreaterEqual(time.monotonic() - begin, timeout)
            self.assertTrue(thread.is_alive())
        with self.assertRaises(TypeError):
            thread.join("1")
        with self.assertRaises(OverflowError):
            thread.join(1e100)

    def test_join_timeout_of_another_thread(self):
        thread = self.waiting()
        self.assertIsNone(joined(thread.join, 0.001).exception)
        self.assertIsNone(joined(thread.join, -5).exception)

    def test_end_between_two_slices_of_a_join(self):
        """The main thread joins again and again, for a short time each: what ends in between is told of as well."""
        from gi.overrides.MyThread import waiting
        event = threading.Event()
        thread = threading.Thread(target=event.wait)
        log = []
        thread.connect("finished", log.append)
        join = waiting.join_silently

        def join_before_the_end(address, _limit_us, error):
            result = join(address, 0, error)
            if not event.is_set():
                event.set()
                wait_until(lambda: thread.get_state() == State.SUCCEEDED)
            return result

        thread.start()
        with mock.patch.object(waiting, "join_silently", join_before_the_end):
            thread.join()
        self.assertEqual(log, [thread])

    def test_join_returns_none(self):
        thread = started(lambda: 5)
        self.assertIsNone(thread.join())
        self.assertIsNone(thread.join(1))
        self.assertIsNone(joined(lambda: 1 / 0).join())

    def test_join_is_cancelled(self):
        thread = self.waiting()
        joiner = started(thread.join)
        joiner.cancel()
        joiner.join()
        self.assertEqual(joiner.get_state(), State.CANCELLED)
        self.assertEqual(self.reports, [])

    def test_is_alive(self):
        thread = threading.Thread()
        self.assertFalse(thread.is_alive())
        thread.start()
        thread.join()
        self.assertFalse(thread.is_alive())
        self.assertTrue(self.waiting().is_alive())

    def test_repr(self):
        class Kind(threading.Thread):
            pass

        self.assertEqual(repr(threading.Thread(name="x")), "<Thread(x, initial)>")
        self.assertEqual(repr(Kind(name="x", daemon=True)), "<Kind(x, initial daemon)>")
        thread = self.waiting(name="x")
        self.assertEqual(repr(thread), f"<Thread(x, started {thread.ident})>")
        thread = joined(lambda: None, name="y", daemon=True)
        self.assertEqual(repr(thread), f"<Thread(y, stopped daemon {thread.ident})>")

    def test_queued(self):
        group = threading.ThreadGroup(name="group", max_running=1)
        event = threading.Event()
        first = started(event.wait, group=group)
        second = started(lambda: 2, group=group, name="second")
        self.assertEqual(repr(second), "<Thread(second, queued)>")
        self.assertIsNone(second.ident)
        self.assertTrue(second.is_alive())
        event.set()
        first.join()
        second.join()
        self.assertEqual(second.result, 2)

    def test_numbers(self):
        thread = threading.Thread(target=lambda: (threading.get_ident(), threading.get_native_id()))
        self.assertEqual((thread.ident, thread.native_id), (None, None))
        thread.start()
        numbers = thread.ident, thread.native_id
        thread.join()
        self.assertEqual(thread.result, numbers)

    def test_name(self):
        thread = self.waiting(name="a")
        thread.name = 5
        self.assertEqual((thread.name, thread.props.name), ("5", "5"))
        thread.props.name = "b"
        self.assertEqual(thread.name, "b")

    def test_old_names(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            thread = threading.Thread()
            thread.setName("x")
            thread.setDaemon(True)
            self.assertEqual((thread.getName(), thread.isDaemon()), ("x", True))
            self.assertIs(threading.currentThread(), threading.current_thread())
            self.assertEqual(threading.activeCount(), threading.active_count())
        self.assertEqual([warning.category for warning in caught], [DeprecationWarning] * 6)
        self.assertEqual({warning.filename for warning in caught}, {__file__})

    def test_daemon(self):
        self.assertFalse(threading.Thread().daemon)
        self.assertTrue(threading.Thread(daemon=True).daemon)
        with self.assertRaisesRegex(RuntimeError, "cannot set daemon status of active thread"):
            self.waiting().daemon = True
        with self.assertRaises(RuntimeError):
            threading.main_thread().daemon = True

    def test_daemon_is_inherited(self):
        def make():
            return [threading.Thread(daemon=daemon).daemon for daemon in (None, True, False)]

        self.assertEqual(joined(make).result, [False, True, False])
        self.assertEqual(joined(make, daemon=True).result, [True, True, False])
        for daemon in (True, False):
            seen = []
            thread = python.Thread(target=lambda: seen.append(make()), daemon=daemon)
            thread.start()
            thread.join()
            self.assertEqual(seen, [[daemon, True, False]])

    def test_progress(self):
        thread = started(lambda: threading.current_thread().set_progress(0.5))
        seen = threading.Thread().progress
        thread.join()
        self.assertEqual(seen, 0)
        self.assertIn(thread.progress, (0.5, 1.0))
        thread.progress = 70  # an attribute of the program's own
        self.assertEqual(thread.progress, 70)

    def test_cancel(self):
        thread = started(threading.Thread.sleep, LONG_S * 10 ** 6)
        thread.cancel()
        thread.join()
        self.assertEqual((thread.get_state(), self.reports), (State.CANCELLED, []))
        self.assertTrue(thread.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))
        with self.assertRaises(GLib.Error):
            thread.get_result()

    def test_cancelled_before_it_runs(self):
        thread = threading.Thread(target=self.fail)
        thread.cancel()
        thread.start()
        thread.join()
        self.assertEqual((thread.get_state(), self.reports), (State.CANCELLED, []))


class TestOutcome(Case):
    def test_result(self):
        for value in (1, 1 << 40, -(1 << 70), "text", "a\0b", "\udc80", 0.5, True, [], ["a"], [1], {}, (1,), Anything(), None,
                      GLib.Variant("i", 3), Gio.ListStore(), threading.main_thread(), int):
            self.assertIs(joined(lambda value=value: value).get_result(), value)

    def test_result_is_not_made_anew(self):
        """However large it is, and however often a program asks."""
        from gi.overrides.MyThread import library

        for value in "text", ["a", "b"], 7, None:
            thread = started(lambda: value)
            thread.join()
            with unittest.mock.patch.object(library.Base, "get_result", side_effect=AssertionError if value is not None else None):
                thread.result
            self.assertIs(thread.result, value)

    def test_result_for_c(self):
        raw = threading.Thread.__mro__[1].get_result
        for value in (1, -1, 1 << 40, "text", 0.5, True, ["a", "b"]):
            self.assertEqual(raw(joined(lambda value=value: value))[-1], value)

    def test_set_result(self):
        value = Anything()
        self.assertIs(joined(lambda: threading.current_thread().set_result(value)).result, value)

    def test_too_early(self):
        for thread in (threading.Thread(), self.waiting()):
            with self.assertRaises(RuntimeError):
                thread.get_result()
            self.assertIsNone(thread.exception)

    def test_exception(self):
        error = ValueError("no such luck")

        def fail():
            raise error

        thread = joined(fail)
        self.assertIs(thread.exception, error)
        for _ in range(2):
            with self.assertRaises(ValueError) as caught:
                thread.get_result()
            self.assertIs(caught.exception, error)
        with self.assertRaises(ValueError):
            thread.result
        self.assertEqual(thread.get_state(), State.FAILED)

    def test_error(self):
        thread = joined(lambda: 1 / 0, name="failing")
        error = thread.dup_error()
        self.assertEqual(error.domain, threading.PYTHON_EXCEPTION)
        lines = error.message.splitlines()
        self.assertEqual(lines[0], "ZeroDivisionError: division by zero")
        self.assertIn("Traceback (most recent call last):", lines)
        self.assertIn("1 / 0", error.message)
        self.assertNotIn("overrides", error.message)
        with self.assertRaises(GLib.Error) as caught:
            thread.join_timeout(-1)
        self.assertEqual(caught.exception.domain, threading.PYTHON_EXCEPTION)
        self.assertEqual(thread.props.error.message, error.message)

    def test_odd_exceptions(self):
        class Odd(BaseException):
            def __str__(self):
                raise ValueError("no text")

        for error in (Odd(), ValueError("a\0b"), ValueError("\udc80"), KeyboardInterrupt(), StopIteration()):
            def fail(error=error):
                raise error

            thread = joined(fail)
            self.assertIs(thread.exception, error)
            self.assertEqual(thread.get_state(), State.FAILED)

    def test_error_of_glib(self):
        def fail():
            raise GLib.Error("busy", GLib.quark_to_string(Gio.io_error_quark()), Gio.IOErrorEnum.BUSY)

        thread = joined(fail)
        self.assertTrue(thread.dup_error().matches(Gio.io_error_quark(), Gio.IOErrorEnum.BUSY))
        self.assertEqual(thread.dup_error().message, "busy")
        self.assertEqual(len(self.reports), 1)

    def test_system_exit(self):
        thread = joined(sys.exit, 3)
        self.assertEqual((thread.get_state(), thread.exception, thread.result), (State.SUCCEEDED, None, None))

    def test_wrong_arguments(self):
        thread = joined(lambda: None, 1, 2)
        self.assertIsInstance(thread.exception, TypeError)

    def test_group_reports(self):
        group = threading.ThreadGroup(name="group")
        for _ in range(2):
            started(lambda: 1 / 0, group=group)
        for _ in range(2):
            with self.assertRaisesRegex(GLib.Error, "ZeroDivisionError"):
                group.join()
        self.assertTrue(group.join())

    def test_reported_is_seen(self):
        """What the hook was told of is no failure that nobody looked at."""
        script = ("from gi.repository import MyThread as t\nt.excepthook = print\n"
                  "x = t.Thread(target=lambda: 1 / 0); x.start()\nwhile x.is_alive(): pass\ndel x\n"
                  "y = t.Thread(); y.start(); y.join()\n")
        result = run([sys.executable, "-c", script], check=True)
        self.assertIn("ZeroDivisionError", result.stdout)
        self.assertEqual(result.stderr, "")


class TestExceptHook(Case):
    def test_arguments(self):
        thread = joined(lambda: 1 / 0)
        (args,) = self.reports
        self.assertIsInstance(args, threading.ExceptHookArgs)
        self.assertIs(args.exc_type, ZeroDivisionError)
        self.assertIs(args.exc_value, thread.exception)
        self.assertIs(args.exc_traceback, thread.exception.__traceback__)
        self.assertIs(args.thread, thread)

    def test_is_told_of_system_exit(self):
        joined(sys.exit, 3)
        self.assertIs(self.reports[0].exc_type, SystemExit)

    def test_of_python(self):
        with mock.patch.object(threading, "excepthook", mock.DEFAULT) as _:
            del threading.excepthook
            import gi.overrides.MyThread as overrides
            threading.excepthook = overrides.excepthook
            with mock.patch.object(python, "excepthook", self.reports.append):
                thread = joined(lambda: 1 / 0)
        self.assertIs(self.reports[0].thread, thread)

    def test_default(self):
        threading.excepthook = threading.__excepthook__
        with mock.patch.object(sys, "stderr", io.StringIO()) as stderr:
            joined(lambda: 1 / 0, name="failing")
        self.assertRegex(stderr.getvalue(), r"(?s)\AException in thread failing:\nTraceback.*1 / 0.*ZeroDivisionError")
        self.assertNotIn("overrides", stderr.getvalue())

    def test_that_fails(self):
        def hook(args):
            raise OSError("the hook")

        threading.excepthook = hook
        with mock.patch.object(sys, "excepthook") as last, mock.patch.object(sys, "stderr", io.StringIO()) as stderr:
            thread = joined(lambda: 1 / 0)
        self.assertEqual(stderr.getvalue(), "Exception in threading.excepthook:\n")
        self.assertIs(last.call_args.args[0], OSError)
        self.assertIsInstance(thread.exception, ZeroDivisionError)


class TestObject(Case):
    def test_signals(self):
        log = []
        thread = threading.Thread(target=lambda: threading.current_thread().set_progress(0.5))
        for name in ("started", "notify::progress", "notify::state", "finished"):
            thread.connect(name, lambda *args, name=name: log.append((name, python.get_ident())))
        thread.start()
        run_until(lambda: ("finished", python.get_ident()) in log)
        self.assertEqual({ident for _, ident in log}, {python.get_ident()})
        self.assertEqual((log[0][0], log[-1][0]), ("started", "finished"))
        self.assertEqual(thread.props.progress, 0.5)

    def test_new(self):
        thread = threading.Thread.new("name", lambda thread, *data: (thread, data), 1, 2)
        self.assertIsInstance(thread, threading.Thread)
        thread.start()
        thread.join()
        self.assertEqual(thread.result, (thread, (1, 2)))
        thread = threading.Thread.new(None, lambda thread: 1 / 0)
        thread.start()
        thread.join()
        self.assertIsInstance(thread.exception, ZeroDivisionError)
        self.assertEqual(len(self.reports), 1)

    def test_new_with_args(self):
        thread = threading.Thread.new_with_args("name", GLib.Variant("(i)", (1,)), None, lambda thread: thread.get_args())
        thread.start()
        thread.join()
        self.assertEqual(thread.result.unpack(), (1,))

    def test_group_is_a_list(self):
        group = threading.ThreadGroup.new("group", None)
        event = threading.Event()
        threads = [started(event.wait, group=group) for _ in range(3)]
        self.assertEqual((len(group), list(group), group[1]), (3, threads, threads[1]))
        self.assertIn(threads[2], group)
        with self.assertRaises(GLib.Error):
            group.join_timeout(1000)
        with self.assertRaises(GLib.Error):
            group.join_timeout(60_000)
        event.set()
        self.assertTrue(group.join())
        self.assertEqual(list(group), [])

    def test_group_stop(self):
        group = threading.ThreadGroup(name="stubborn")
        begun, go = threading.Event(), threading.Event()
        sleeping = group.run("sleeping", lambda thread: thread.sleep(-1))
        deaf = group.run("deaf", lambda thread: (begun.set(), go.wait()))
        begun.wait()
        for timeout_us in 0, 1000:
            with self.assertRaisesRegex(GLib.Error, 'thread "deaf" runs') as caught:
                group.stop(timeout_us)
            self.assertTrue(caught.exception.matches(threading.ThreadError.quark(), threading.ThreadError.TIMED_OUT))
        go.set()
        self.assertTrue(group.stop())
        self.assertFalse(sleeping.is_alive() or deaf.is_alive())

    def test_join_next(self):
        group = threading.ThreadGroup(name="group", keep_finished=True, max_running=1)
        threads = [started(int, group=group) for _ in range(3)]
        self.assertEqual([group.join_next() for _ in range(4)], threads + [None])

    def test_group_run(self):
        group = threading.ThreadGroup(name="group", keep_finished=True)
        thread = group.run("doubler", lambda thread, number: (thread, threading.current_thread(), 2 * number), 4)
        self.assertIsNone(thread.join())
        self.assertEqual((thread.name, thread.get_group(), thread.result), ("doubler", group, (thread, thread, 8)))
        self.assertIs(group.join_next(), thread)

        thread = threading.Thread.new_in_group(group, "divider", lambda thread, number: 1 / number, 0)
        thread.start()
        thread.join()
        self.assertIsInstance(thread.exception, ZeroDivisionError)
        self.assertEqual([args.exc_value for args in self.reports], [thread.exception])

    def test_group_as_a_scope(self):
        def fail(thread):
            raise ValueError("no such luck")

        def sleep(thread):
            while threading.Thread.sleep(LONG_S * 10 ** 6):
                pass

        with threading.ThreadGroup(name="group") as group:
            thread = group.run(None, lambda thread: threading.Thread.sleep(1000))
        self.assertFalse(thread.is_alive())
        self.assertTrue(thread.result)

        # An exception in the block ends what runs.
        with self.assertRaisesRegex(KeyError, "in the block"):
            with threading.ThreadGroup(name="group") as group:
                thread = group.run(None, sleep)
                raise KeyError("in the block")
        self.assertEqual(thread.get_state(), threading.ThreadState.CANCELLED)

        # A failure comes out, once all have ended ...
        with self.assertRaisesRegex(GLib.Error, "no such luck"):
            with threading.ThreadGroup(name="group", cancel_on_error=True) as group:
                thread = group.run(None, sleep)
                group.run(None, fail)
        self.assertEqual(thread.get_state(), threading.ThreadState.CANCELLED)

        # ... but where threads are taken one by one: they say it themselves.
        with threading.ThreadGroup(name="group", keep_finished=True) as group:
            group.run(None, fail)
            self.assertEqual(str(group.join_next().exception), "no such luck")

        # Whoever waits is cancelled: so are those that are waited for.
        def wait(thread):
            with threading.ThreadGroup(name="group") as inner:
                inner.run(None, sleep)
                thread.cancel()

        with threading.ThreadGroup(name="group") as group:
            thread = group.run(None, wait)
        self.assertEqual(thread.get_state(), threading.ThreadState.CANCELLED)

    def test_executor(self):
        class Executor(GObject.Object, threading.Executor):
            def do_execute(self, thread):
                self.python = python.Thread(target=thread.execute, name="worker of an executor")
                self.python.start()
                return True

        executor = Executor()
        thread = joined(lambda: (python.current_thread(), threading.current_thread()), executor=executor)
        self.assertEqual(thread.result, (executor.python, thread))
        executor.python.join()
        self.assertEqual(executor.python.name, "worker of an executor")

    def test_run_elsewhere(self):
        class Elsewhere(GObject.Object, threading.Executor):
            def do_execute(self, thread):
                thread.report_begin()
                self.numbers = thread.ident, thread.native_id
                thread.report_end(None, GLib.Error("far away", "elsewhere", 1))
                return True

        executor = Elsewhere()
        thread = joined(self.fail, executor=executor)
        self.assertEqual(executor.numbers, (None, None))
        self.assertEqual(thread.dup_error().message, "far away")

    def test_thread_error(self):
        self.assertEqual(threading.ThreadError.DEADLOCK.value_nick, "deadlock")
        self.assertEqual(threading.ThreadError(2), threading.ThreadError.DEADLOCK)
        self.assertEqual(GObject.type_name(threading.ThreadError.__gtype__), "MyThreadError")
        with self.assertRaises(RuntimeError):
            raise threading.ThreadError("text")
        for function in (threading.Lock().release, threading.Thread().join):
            try:
                function()
            except threading.ThreadError as error:
                self.assertIsInstance(error, RuntimeError)

    def test_no_warning_without_a_version(self):
        result = run([sys.executable, "-c", "from gi.repository import MyThread"], check=True)
        self.assertEqual(result.stderr, "")


class TestThreads(Case):
    def test_main(self):
        main = threading.main_thread()
        self.assertIs(threading.current_thread(), main)
        self.assertEqual((main.name, main.ident, main.native_id, main.daemon), ("MainThread", python.get_ident(), os.getpid(), False))
        self.assertEqual(repr(main), f"<Thread(MainThread, started {main.ident})>")

    def test_enumerate(self):
        threads = [self.waiting() for _ in range(3)]
        self.assertEqual(threading.enumerate(), [threading.main_thread()] + threads)
        self.assertEqual(threading.active_count(), 4)

    def test_python_threads_are_ours_too(self):
        seen = []

        def look():
            thread = threading.current_thread()
            seen.append((thread.name, thread is threading.current_thread(), thread.ident == python.get_ident(),
                         thread in threading.enumerate()))

        thread = python.Thread(target=look, name="made by threading")
        thread.start()
        thread.join()
        self.assertEqual(seen, [("made by threading", True, True, True)])

    def test_ours_for_python(self):
        def look():
            thread = python.current_thread()
            names = [thread.name]
            threading.current_thread().name = "renamed"
            names.append(thread.name)
            return names, thread.ident == python.get_ident(), thread.daemon, python.Thread().daemon

        before = python.enumerate()
        self.assertEqual(joined(look, name="ours").result, (["ours", "renamed"], True, False, False))
        self.assertEqual(python.enumerate(), before)

    def test_logging(self):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(logging.Formatter("%(threadName)s: %(message)s"))
        logger = logging.getLogger("test")
        logger.addHandler(handler)
        joined(logger.error, "text", name="logging")
        self.assertEqual(stream.getvalue(), "logging: text\n")

    def test_local(self):
        local = threading.local()
        local.value = "main"

        def look():
            before = hasattr(local, "value")
            local.value = Anything()
            return before, weakref.ref(local.value)

        before, reference = joined(look).result
        self.assertEqual((before, local.value), (False, "main"))
        for _ in range(20):
            self.assertFalse(joined(look).result[0])  # also on an OS thread that has had one
        self.assertGone(reference)

    def test_the_rest_is_there(self):
        for name in python.__all__:
            self.assertTrue(hasattr(threading, name), name)
        for name in ("Lock", "RLock", "Condition", "Event", "Semaphore", "BoundedSemaphore", "Barrier", "local", "TIMEOUT_MAX",
                     "BrokenBarrierError", "ExceptHookArgs", "settrace", "setprofile", "get_ident"):
            self.assertIs(getattr(threading, name), getattr(python, name), name)

    def test_import_from(self):
        from gi.repository.MyThread import Thread
        self.assertIs(Thread, threading.Thread)

    def test_trace_and_profile(self):
        calls = []
        for setter in (threading.settrace, threading.setprofile):
            setter(lambda frame, event, arg: calls.append(frame.f_code.co_name))
            self.addCleanup(setter, None)

            def traced():
                pass

            joined(traced)
            setter(None)
            self.assertIn("traced", calls)
            calls.clear()

    def test_gil(self):
        """Python's other threads run on while one waits in the library."""
        event = threading.Event()
        group = threading.ThreadGroup(name="group")
        thread = started(event.wait, group=group)
        waits = [thread.join, lambda: thread.join(LONG_S), lambda: thread.join_timeout(-1), group.join,
                 lambda: group.join_timeout(LONG_S * 10 ** 6)]
        counts = [0] * (len(waits) + 1)
        sleeper = started(threading.Thread.sleep, LONG_S * 10 ** 6)
        pythons = [python.Thread(target=wait) for wait in waits]
        for other in pythons:
            other.start()

        def count():
            for _ in range(100_000):
                counts[0] += 1
            event.set()

        python.Thread(target=count).start()
        thread.join()
        self.assertEqual(counts[0], 100_000)
        for other in pythons:
            other.join()
        sleeper.cancel()
        sleeper.join()


class TestTimer(Case):
    def test_due(self):
        timer = threading.Timer(0.01, lambda *args, **kwargs: (args, kwargs), [1], {"a": 2})
        self.assertIsInstance(timer, threading.Thread)
        timer.start()
        timer.join()
        self.assertEqual((timer.result, timer.finished.is_set()), (((1,), {"a": 2}), True))

    def test_cancel(self):
        timer = threading.Timer(LONG_S, self.fail)
        timer.start()
        timer.cancel()
        timer.join()
        self.assertEqual((timer.get_state(), self.reports), (State.CANCELLED, []))

    def test_finished(self):
        timer = threading.Timer(LONG_S, self.fail)
        timer.start()
        timer.finished.set()
        timer.join()
        self.assertEqual(timer.get_state(), State.SUCCEEDED)

    def test_cancel_too_late(self):
        begun, cancelled = threading.Event(), threading.Event()
        timer = threading.Timer(0, lambda: (begun.set(), cancelled.wait(), timer.is_cancelled()))
        timer.start()
        begun.wait()
        timer.cancel()
        cancelled.set()
        timer.join()
        self.assertEqual(timer.result, (None, True, False))
        del timer


class TestMemory(Case):
    def test_arguments_are_let_go(self):
        for fails in (False, True):
            thing = Anything()
            gone = weakref.ref(thing)

            def use(thing, fails=fails):
                if fails:
                    sys.exit()

            thread = threading.Thread(target=use, args=(thing,), kwargs={})
            del thing
            thread.start()
            thread.join()
            self.reports.clear()
            self.assertIsNone(gone())
            with self.assertRaises(AttributeError):
                thread._target

    def test_target_is_let_go(self):
        class Owner:
            def __init__(self):
                self.thread = threading.Thread(target=self.work)

            def work(self):
                pass

        owner = Owner()
        gone = weakref.ref(owner)
        owner.thread.start()
        owner.thread.join()
        del owner
        self.assertIsNone(gone())

    def test_thread_is_let_go(self):
        kinds = [lambda: threading.Thread(target=lambda: None), lambda: threading.Thread(target=lambda: [Anything()]),
                 lambda: threading.Thread(target=sys.exit), lambda: threading.Timer(0, int),
                 lambda: threading.Thread.new(None, lambda thread: None)]
        for make in kinds:
            thread = make()
            gone = weakref.ref(thread)
            finalised = []
            thread.weak_ref(lambda: finalised.append(1))
            thread.start()
            thread.join()
            del thread
            self.reports.clear()
            self.assertGone(gone)
            self.assertEqual(finalised, [1])

    def test_cycles(self):
        thread = threading.Thread(target=lambda: threading.current_thread())
        thread.itself = thread
        thread.connect("finished", lambda other, thread=thread: None)
        gone = weakref.ref(thread)
        thread.start()
        thread.join()
        self.assertIs(thread.result, thread)
        del thread
        self.assertGone(gone)

    def test_failure(self):
        thread = joined(lambda: 1 / 0)
        gone = weakref.ref(thread)
        self.reports.clear()
        del thread
        self.assertGone(gone)

    def test_failure_without_collector(self):
        """The exception that is kept, and its frames, do not keep the thread, nor what it worked on."""
        class Subclass(threading.Thread):
            def run(self):
                self.thing.fail()

        class Thing:
            def fail(self):
                raise ValueError(self)

        gc.collect()
        gc.disable()
        try:
            for make in (threading.Thread, lambda target: Subclass(), lambda target: threading.Thread.new(None, lambda thread: target())):
                thing = Thing()
                thread = make(target=thing.fail)
                thread.thing = thing
                gone = weakref.ref(thing), weakref.ref(thread)
                thread.start()
                thread.join()
                self.reports.clear()
                self.assertIsInstance(thread.exception, ValueError)
                del thread, thing
                self.assertEqual([reference() for reference in gone], [None, None])
        finally:
            gc.enable()

    def test_traceback_does_not_grow(self):
        def depth():
            try:
                return thread.result
            except ZeroDivisionError as error:
                return len(traceback.extract_tb(error.__traceback__))

        thread = joined(lambda: 1 / 0)
        self.reports.clear()
        self.assertEqual(depth(), depth())

    def test_unstarted(self):
        thread = threading.Thread(target=print)
        thread.itself = thread
        gone = weakref.ref(thread)
        del thread
        self.assertGone(gone)

    def test_many(self):
        gc.collect()
        count = sum(1 for thing in gc.get_objects() if isinstance(thing, threading.Thread))
        total = []
        for _ in range(20):
            threads = [threading.Thread(target=total.append, args=(i,)) for i in range(100)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        del threads, thread
        gc.collect()
        self.assertEqual(len(total), 2000)
        self.assertEqual(sum(1 for thing in gc.get_objects() if isinstance(thing, threading.Thread)), count)

    def test_without_a_loop(self):
        """No loop runs, and the thread that owns them waits in something of Python's: they go all the same, without the collector."""
        gone = []

        def note(thread):
            gone.append(weakref.ref(thread))
            return thread

        def serve():
            for i in range(100):
                thread = note(threading.Thread(target=int, daemon=True))
                thread.start()
                if i % 2 == 0:
                    thread.join()
                thread = note(threading.Timer(1000, int))
                thread.start()
                thread.cancel()
                thread = note(threading.Thread(target=int, group=group))
                thread.start()
                thread = note(threading.Thread.new(None, lambda thread: None))
                thread.start()
            done.set()

        def ask():
            note(threading.current_thread())

        done = python.Event()
        group = threading.ThreadGroup.new("group", None)
        gc.collect()
        gc.disable()
        try:
            threading.Thread(target=serve).start()
            done.wait()
            for _ in range(100):
                thread = python.Thread(target=ask)
                thread.start()
                thread.join()
            thread = None
            wait_until(lambda: not any(reference() for reference in gone))
        finally:
            gc.enable()
        self.assertEqual(len(gone), 500)

    def test_functions_that_are_not_run(self):
        gone = []

        def push():
            thing = Anything()
            gone.append(weakref.ref(thing))
            pool.push(lambda thing: None, thing)

        pool = threading.ThreadPool.new("pool", 1)
        begun, release = python.Event(), python.Event()
        pool.push(lambda: (begun.set(), release.wait()))
        begun.wait()
        for _ in range(10):
            push()
        ending = threading.Thread(target=pool.shutdown, args=(threading.ShutdownMode.CANCEL,))
        ending.start()
        wait_until(lambda: pool.get_n_queued() == 0)
        release.set()
        ending.join()
        for _ in range(10):
            with self.assertRaises(GLib.Error):
                push()
        wait_until(lambda: not any(reference() for reference in gone))
        self.assertEqual(len(gone), 20)

    def test_heard_after_the_end(self):
        """A handler that is connected after the end, and before the loop goes on, or a join."""
        for by_loop in (True, False):
            for _ in range(100):
                heard = []
                thread = threading.Thread(target=int)
                thread.start()
                wait_until(lambda: not thread.is_alive())
                thread.connect("finished", heard.append)
                if by_loop:
                    run_until(lambda: heard)
                else:
                    thread.join()
                self.assertEqual(heard, [thread])

    def test_never_joined(self):
        total = []
        for i in range(1000):
            threading.Thread(target=total.append, args=(i,)).start()
        wait_until(lambda: len(total) == 1000)
        self.assertEqual(sorted(total), list(range(1000)))


class TestStress(Case):
    def test_many_start_and_join(self):
        """Deadlocks between the GIL, toggle references and the library's lock would show here."""
        class Worker(threading.Thread):
            def run(self):
                self.set_progress(0.5)
                self.found = threading.current_thread(), threading.enumerate(), repr(self)
                if self.number % 3 == 0:
                    threading.Thread.sleep(10 ** 9)
                elif self.number % 3 == 1:
                    raise ValueError(self.number)
                return self.number

        group = threading.ThreadGroup(name="group", max_running=7)
        counts = []

        def drive(seed):
            for i in range(60):
                thread = Worker(group=group if i % 2 else None)
                thread.number = seed + i
                thread.connect("finished", lambda thread: None)
                thread.start()
                if thread.number % 3 == 0 or i % 5 == 0:
                    thread.cancel()
                if i % 7 == 0:
                    threading.enumerate()
                    list(group)
                    gc.collect(0)
                thread.join()
                assert not thread.is_alive()
            counts.append(seed)

        drivers = [(threading if i % 2 else python).Thread(target=drive, args=(i,)) for i in range(8)]
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)
        self.addCleanup(sys.setswitchinterval, interval)
        for driver in drivers:
            driver.start()
        wait_until(lambda: not any(driver.is_alive() for driver in drivers))
        for driver in drivers:
            driver.join()
        self.assertEqual(sorted(counts), list(range(8)))


if __name__ == "__main__":
    taprunner.main()
