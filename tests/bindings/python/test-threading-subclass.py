#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Subclasses and arguments as people write them for threading: each program runs on threading, and here, and sees the same."""

import abc
import ast
import collections.abc
import dataclasses
import gc
import glob
import inspect
import logging
import operator
import os
import re
import threading as python
import types
import typing
import unittest
import weakref

import taprunner

from gi.repository import Gio, GLib, GObject
from gi.repository import MyThread as ours


def outcome(function, module):
    """What it returned, or what it raised."""
    try:
        return function(module)
    except Exception as error:
        return type(error), str(error)


def ended(thread):
    thread.start()
    thread.join()
    return thread


class Case(unittest.TestCase):
    def setUp(self):
        self.reports = []
        before = python.excepthook
        python.excepthook = self.reports.append
        self.addCleanup(setattr, python, "excepthook", before)

    def assertSame(self, function):
        expected = outcome(function, python)
        self.assertEqual(outcome(function, ours), expected)
        self.assertEqual(self.reports, [])
        return expected


class TestClasses(Case):
    def test_type(self):
        self.assertIs(type(ours.Thread()), ours.Thread)
        self.assertIs(type(ours.Timer(1, print)), ours.Timer)
        self.assertEqual(ours.Thread.__gtype__.name, "MyThread")

    def test_abstract(self):
        def program(threading):
            class Worker(abc.ABC, threading.Thread):
                @abc.abstractmethod
                def work(self):
                    pass

                def run(self):
                    self.seen = self.work()

            class Good(Worker):
                def work(self):
                    return 7

            return ended(Good()).seen, outcome(lambda _: Worker(), None)

        self.assertEqual(self.assertSame(program)[0], 7)

    def test_mixed_with(self):
        T = typing.TypeVar("T")

        class Callable(collections.abc.Callable):
            def __call__(self):
                return 1

        class Plain:
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.plain = True

        for bases in ((abc.ABC,), (typing.Generic[T],), (Callable,), (Plain,)):
            for is_first in (True, False):
                def program(threading):
                    both = (*bases, threading.Thread) if is_first else (threading.Thread, *bases)
                    worker = types.new_class("Worker", both)
                    thread = ended(worker(name="x"))
                    return thread.name, thread.is_alive(), hasattr(thread, "plain")

                with self.subTest(bases=bases, is_first=is_first):
                    self.assertSame(program)

    def test_metaclass(self):
        class Meta(type(ours.Thread)):
            def __new__(mcs, name, bases, namespace, **keywords):
                return super().__new__(mcs, name, bases, dict(namespace, keywords=keywords))

            def __init__(cls, name, bases, namespace, **keywords):
                super().__init__(name, bases, namespace)

        class Worker(ours.Thread, metaclass=Meta, flag=1):
            pass

        self.assertEqual(Worker.keywords, {"flag": 1})
        ended(Worker())

    def test_keywords(self):
        def program(threading):
            class Worker(threading.Thread):
                def __init_subclass__(cls, flag=0, **keywords):
                    super().__init_subclass__(**keywords)
                    cls.flag = flag

            class Flagged(Worker, flag=3):
                pass

            return Flagged.flag, ended(Flagged()).is_alive(), type(outcome(lambda _: type("W", (threading.Thread,), {}, x=1), None)[0])

        self.assertSame(program)

    def test_dataclass(self):
        for keywords in ({"eq": False}, {"unsafe_hash": True}, {"order": True, "unsafe_hash": True}, {"repr": False, "eq": False}):
            for doc in (None, "A worker."):
                def program(threading):
                    namespace = {"__annotations__": {"n": int}, "__doc__": doc, "__module__": __name__,
                                 "__post_init__": lambda self: threading.Thread.__init__(self)}
                    worker = dataclasses.dataclass(**keywords)(types.new_class("W", (threading.Thread,), {},
                                                                               lambda own: own.update(namespace)))
                    return ended(worker(3)).n, worker.__doc__

                with self.subTest(keywords=keywords, doc=doc):
                    self.assertSame(program)

    def test_own_hash(self):
        def program(threading):
            class Job(threading.Thread):
                def __init__(self, number):
                    self.number = number
                    super().__init__()

                def __eq__(self, other):
                    return isinstance(other, Job) and self.number == other.number

                def __hash__(self):
                    return hash(self.number)

                def run(self):
                    if self.number == 2:
                        raise ValueError("two")

            jobs = [Job(number) for number in (1, 2, 2, -1)]
            for job in jobs:
                ended(job).join(1)
            return len(set(jobs))

        expected = program(python)
        self.assertEqual(program(ours), expected)

    def test_hash_in_all_waits(self):
        class Job(ours.Thread):
            def __hash__(self):
                return 1

            def run(self):
                yield 5

        group = ours.ThreadGroup(name="group", keep_finished=True)
        job = Job(group=group)
        job.start()
        self.assertEqual(list(job), [5])
        self.assertIs(group.join_next(), job)
        group.join()

    def test_no_hash(self):
        """Python's own threads need one; these do not."""
        class Job(ours.Thread):
            def __eq__(self, other):
                return True

            def run(self):
                raise ValueError("seen")

        job = ended(Job())
        self.assertIsInstance(job.exception, ValueError)
        self.assertEqual(len(self.reports), 1)

    def test_names_of_classes(self):
        for module, name in (("plain", "Zähler"), ("plain", "線"), ("2to3", "Worker"), ("my plug-in.v1", "Worker"),
                             ("café.bar", "W"), ("", "W"), ("<string>", "_")):
            for extra in ({}, {"number": GObject.Property(type=int)}):
                with self.subTest(module=module, name=name, extra=extra):
                    worker = type(ours.Thread)(name, (ours.Thread,), {"__module__": module, "run": lambda self: 4, **extra})
                    self.assertEqual(ended(worker()).result, 4)
                    self.assertEqual(worker.__name__, name)

    def test_many_of_one_name(self):
        def make(extra):
            class Worker(ours.Thread):
                number = extra

                def run(self):
                    return 4

            return Worker

        for number in range(1500):
            worker = make(number)
        self.assertEqual(worker.__gtype__.name, "MyPythonThread")
        self.assertEqual(ended(worker()).result, 4)
        names = {make(GObject.Property(type=int)).__gtype__.name for _ in range(1100)}
        self.assertEqual(len(names), 1100)
        self.assertEqual(ended(make(GObject.Property(type=int))()).result, 4)

    def test_class_that_is_gone(self):
        worker = type(ours.Thread)("Worker", (ours.Thread,), {})
        ended(worker())
        reference = weakref.ref(worker)
        del worker
        gc.collect()
        self.assertIsNone(reference())

    def test_below_one_with_a_type(self):
        class Counting(ours.Thread):
            count = GObject.Property(type=int)

            def do_run(self):
                self.count = 3
                return "counted"

        class Below(Counting):
            pass

        class Over(Below):
            def run(self):
                return "over"

        class Finishing(Over):
            log = []

            def do_finished(self):
                self.log.append(self.count)

        self.assertEqual(Below.__gtype__, Counting.__gtype__)
        self.assertEqual([ended(kind()).result for kind in (Counting, Below, Over)], ["counted", "counted", "over"])
        self.assertNotEqual(Finishing.__gtype__, Counting.__gtype__)
        thread = ended(Finishing())
        self.assertEqual((thread.result, thread.log), ("over", [0]))

    def test_below_loop_thread(self):
        class Loop(ours.LoopThread):
            pass

        class Other(Loop):
            note = "its own"

        loop = Other()
        loop.start()
        self.assertEqual(loop.invoke(ours.current_thread), loop)
        loop.quit()
        loop.join()


class TestAttributes(Case):
    def test_class_attributes(self):
        def program(threading):
            class Worker(threading.Thread):
                name = "API"
                daemon = True

                def run(self):
                    record = logging.LogRecord("a", 10, "p", 1, "m", (), None)
                    self.seen = record.threadName, threading.current_thread().name, python.current_thread().name

            thread = ended(Worker())
            return thread.seen, thread.name, thread.daemon

        self.assertSame(program)

    def test_daemon_by_class(self):
        class Worker(ours.Thread):
            daemon = True

        self.assertTrue(ended(Worker()).get_daemon())

    def test_flag(self):
        def of_class(threading):
            class Worker(threading.Thread):
                do_run = True

                def run(self):
                    ready.set()
                    while self.do_run:
                        pass

            ready = python.Event()
            worker = Worker()
            worker.start()
            ready.wait()
            worker.do_run = False
            worker.join()
            return worker.is_alive()

        def off_at_first(threading):
            class Worker(threading.Thread):
                do_run = False
                seen = 0

                def run(self):
                    self.seen = 1 if not self.do_run else 2

            return ended(Worker()).seen

        def template(threading):
            """run() of the base calls do_run() of the class."""
            class Base(threading.Thread):
                log = ()

                def run(self):
                    self.log += ("begin",)
                    self.do_run()
                    self.log += ("end",)

                def do_run(self):
                    raise NotImplementedError

            class Worker(Base):
                def do_run(self):
                    self.log += ("work",)

            return ended(Worker()).log

        for program in (of_class, off_at_first, template):
            with self.subTest(program=program.__name__):
                self.assertSame(program)

    def test_names_that_the_library_has(self):
        names = sorted(name for name in dir(ours.Thread) if not name.startswith("_") and not hasattr(python.Thread, name))
        self.assertGreater(len(names), 100)
        for name in names:
            if name.startswith("do_") and name != "do_run":
                continue  # a virtual method of GObject
            for kind in ("method", "class", "object"):
                def program(threading):
                    calls = []
                    own = {"run": lambda self: setattr(self, "seen_in_run", getattr(self, name))}
                    if kind == "method":
                        own[name] = lambda self, *args: calls.append(args)
                    elif kind == "class":
                        own[name] = "mine"
                    thread = type("W", (threading.Thread,), own)()
                    if kind == "object":
                        setattr(thread, name, "mine")
                    thread.name = "other"
                    thread.daemon = True
                    is_listed = [thread.start(), thread.join(), thread in threading.enumerate()]
                    seen = thread.seen_in_run == "mine" or kind == "method"
                    return seen, thread.name, thread.daemon, thread.is_alive(), calls, "other" in repr(thread), is_listed[2]

                with self.subTest(name=name, kind=kind):
                    self.assertSame(program)

    def test_methods_that_threading_has(self):
        for name in ("is_alive", "join", "start", "ident", "native_id", "isDaemon", "getName", "setName"):
            def program(threading):
                own = {name: lambda self, *args: "mine", "run": lambda self: setattr(self, "ran", 1)}
                thread = type("W", (threading.Thread,), own)()
                threading.Thread.start(thread)
                threading.Thread.join(thread)
                return thread.ran, threading.Thread.is_alive(thread)

            with self.subTest(name=name):
                self.assertSame(program)

    def test_order_of_init(self):
        def program(threading):
            class Worker(threading.Thread):
                def __init__(self, number):
                    self.number = number
                    self.args = (number,)
                    self.queue = [number]
                    super().__init__(name=f"worker {number}")
                    self.late = number

                def run(self):
                    self.seen = self.number, self.late, self.args, self.queue

            thread = ended(Worker(5))
            gc.collect()
            return thread.seen, thread.name

        self.assertSame(program)

    def test_own_setattr_and_getattr(self):
        def program(threading):
            class Worker(threading.Thread):
                def __setattr__(self, name, value):
                    super().__setattr__(name, value)

                def __getattr__(self, name):
                    if name.startswith("lazy"):
                        return name
                    raise AttributeError(name)

                def run(self):
                    self.seen = self.lazy_one, hasattr(self, "other")

            return ended(Worker()).seen

        self.assertSame(program)

    def test_singleton(self):
        def program(threading):
            class Single(threading.Thread):
                instance = None

                def __new__(cls, *args, **kwargs):
                    if cls.instance is None:
                        cls.instance = super().__new__(cls)
                    return cls.instance

                def __init__(self, number=0):
                    if not hasattr(self, "number"):
                        super().__init__()
                        self.number = number

                def run(self):
                    self.seen = self.number

            thread = Single(3)
            ended(thread)
            return Single() is thread, thread.seen

        self.assertSame(program)

    def test_init_twice(self):
        class Twice(ours.Thread):
            def __init__(self, target):
                super().__init__(name="first")
                super().__init__(name="second", target=target)

        thread = ended(Twice(lambda: 5))
        self.assertEqual((thread.name, thread.result), ("second", 5))
        ours.Thread.__init__(thread)
        self.assertEqual(thread.result, 5)


class TestArguments(Case):
    def test_timeouts(self):
        for timeout in (float("inf"), float("nan"), 10**30, 1e300, -float("inf"), -1, -10**30, 0, 0.0, True, "1", [], 1j, 10**9):
            def program(threading):
                event = python.Event()
                thread = threading.Thread(target=event.wait)
                thread.start()
                if timeout == 10**9:
                    event.set()
                try:
                    return outcome(lambda _: thread.join(timeout), None)
                finally:
                    event.set()
                    thread.join()

            with self.subTest(timeout=timeout):
                self.assertSame(program)

    def test_sleep_until_cancelled(self):
        outcomes = []
        begun = python.Event()

        def target():
            begun.set()
            try:
                ours.Thread.sleep(-1)
            except GLib.Error as error:
                outcomes.append(error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

        thread = ours.Thread(target=target)
        thread.start()
        begun.wait()
        thread.cancel()
        thread.join()
        self.assertEqual(outcomes, [True])

    def test_order(self):
        for compare in (operator.lt, operator.le, operator.gt, operator.ge):
            with self.assertRaises(TypeError):
                compare(ours.Thread(), ours.Thread())
            with self.assertRaises(TypeError):
                sorted([ours.Thread(), ours.Thread()])
        thread = ours.Thread()
        self.assertEqual(thread, thread)
        self.assertNotEqual(thread, ours.Thread())
        self.assertNotEqual(thread, None)

    def test_signature(self):
        mine = inspect.signature(ours.Thread)
        for name, parameter in inspect.signature(python.Thread).parameters.items():
            if name != "context":
                self.assertEqual(mine.parameters[name], parameter)
        for kind in (ours.Thread, python.Thread):
            worker = type("Worker", (kind,), {"__init__": lambda self, a, *, b=2: None})
            self.assertEqual(str(inspect.signature(worker)), "(a, *, b=2)")
        self.assertEqual(list(inspect.signature(ours.Timer).parameters), ["interval", "function", "args", "kwargs", "properties"])

    def test_types_of_errors(self):
        for program in (lambda threading: ended(threading.Thread()).start(),
                        lambda threading: threading.Thread().join(),
                        lambda threading: threading.current_thread().join(),
                        lambda threading: setattr(threading.current_thread(), "daemon", True)):
            self.assertIs(self.assertSame(program)[0], RuntimeError)


class TestModules(unittest.TestCase):
    """The overrides themselves."""

    def test_arrows_point_one_way(self):
        import gi.overrides.MyThread as overrides

        listed = overrides.__doc__.split("this list:")[1].split("\n\n")[1]
        order = [name.strip() for name in listed.split(",")]
        directory = os.path.dirname(overrides.__file__)
        files = {os.path.basename(path)[:-3] for path in glob.glob(os.path.join(directory, "*.py"))}
        self.assertEqual(files - {"__init__"}, set(order))
        self.assertEqual(len(order), len(set(order)))
        with open(os.path.join(directory, *[os.pardir] * 3, "meson.build"), encoding="utf-8") as file:
            self.assertLessEqual(files, set(re.findall(r"^    '(\w+)',$", file.read(), re.MULTILINE)))
        for name in order:
            with open(os.path.join(directory, f"{name}.py"), encoding="utf-8") as file:
                text = file.read()
            self.assertLessEqual(text.count("\n"), 400, name)
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.ImportFrom) and node.level == 1:
                    used = [node.module] if node.module else [alias.name for alias in node.names]
                    for other in used:
                        self.assertLess(order.index(other), order.index(name), (name, other))


if __name__ == "__main__":
    taprunner.main()
