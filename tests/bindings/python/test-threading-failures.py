#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A failure stays one, whatever the exception and the hooks do; and sys.exit() ends no more than the function that calls it."""

import sys
import textwrap
import threading as python
import unittest

import taprunner

from gi.repository import GLib, GObject
from gi.repository import MyThread as threading
from patience import run


def raising(error):
    def function(*_args, **_keywords):
        raise error

    return function


def with_attributes(error, **attributes):
    for name, value in attributes.items():
        setattr(error, name, value)
    return error


def glib_error(**attributes):
    return with_attributes(GLib.Error("text", "domain", 3), **attributes)


def syntax_error(**attributes):
    return with_attributes(SyntaxError("bad", ("file", 1, 2, "text")), **attributes)


def without(error, name):
    delattr(error, name)
    return error


def chain(length):
    error = ValueError("first")
    for i in range(length):
        error = with_attributes(ValueError(i), __context__=error)
    return error


class NotInitialised(GLib.Error):
    def __init__(self):
        pass


class CannotBeCompared(GLib.Error):
    matches = raising(ZeroDivisionError())


class NoText(Exception):
    __str__ = __repr__ = raising(KeyError("no text"))


class ExitsAsText(Exception):
    __str__ = __repr__ = raising(SystemExit(3))


class NumberAsText(Exception):
    def __str__(self):
        return 5


class Frozen(Exception):
    __setattr__ = raising(AttributeError("frozen"))


class Closed(Exception):
    __getattribute__ = raising(AttributeError("closed"))


class ClosedError(GLib.Error):
    __getattribute__ = raising(AttributeError("closed"))


class NeitherTrueNorEqual(Exception):
    __bool__ = __len__ = __eq__ = raising(KeyError())
    __hash__ = None


class OwnTraceback(Exception):
    __traceback__ = property(raising(ZeroDivisionError()))


class OwnCause(Exception):
    __cause__ = property(raising(ZeroDivisionError()))


class OwnClass(Exception):
    __class__ = property(raising(ZeroDivisionError()))


class Meta(type):
    __getattribute__ = raising(KeyError())
    __name__ = property(raising(ZeroDivisionError()))


class OfMeta(Exception, metaclass=Meta):
    pass


class Text(str):
    __str__ = encode = replace = raising(ZeroDivisionError())


EXCEPTIONS = {
    "GLib.Error, not initialised": NotInitialised,
    "GLib.Error, closed": lambda: ClosedError("text", "domain", 3),
    "GLib.Error, cannot be compared": lambda: CannotBeCompared("text", "domain", 3),
    "GLib.Error, defaults": GLib.Error,
    "GLib.Error, no message": lambda: without(glib_error(), "message"),
    "GLib.Error, no domain": lambda: without(glib_error(), "domain"),
    "GLib.Error, no code": lambda: without(glib_error(), "code"),
    **{f"GLib.Error, {name} {value!r}": lambda name=name, value=value: glib_error(**{name: value})
       for name, values in {
           "message": (None, 4, b"bytes", "a\0b", "\udcff", Text("text"), ""),
           "domain": (None, 7, "", "a\0b", "\udcff", Text("text")),
           "code": (None, "1", 1.5, 1 << 40, -1 << 40, True),
       }.items() for value in values},
    "not cancelled": lambda: GLib.Error("text", "g-io-error-quark", 19),
    **{f"SyntaxError, {name} {type(value).__name__}": lambda name=name, value=value: syntax_error(**{name: value})
       for name, values in {
           "lineno": ("x", None), "text": (5, b"bytes"), "offset": ("a", -10 ** 20), "filename": (5,), "end_offset": ("x",),
           "end_lineno": ([],), "msg": (NoText(), None),
       }.items() for value in values},
    **{type.__repr__(cls): cls for cls in (
        NoText, ExitsAsText, NumberAsText, Frozen, Closed, NeitherTrueNorEqual, OwnTraceback, OwnCause, OwnClass, OfMeta)},
    **{cls.__name__: cls for cls in (
        KeyboardInterrupt, GeneratorExit, RecursionError, MemoryError, UnicodeDecodeError.__base__)},
    "what is no text": lambda: ValueError("\udcff\0"),
    "a long chain": lambda: chain(1500),
    "a group": lambda: BaseExceptionGroup("group", [KeyError(1), SystemExit()]),
}


def generator(error):
    yield 1
    raise error


class OwnDoRun(threading.Thread):
    def __init__(self, error, **properties):
        super().__init__(**properties)
        self.error = error

    def do_run(self):
        raise self.error


class OwnRun(OwnDoRun):
    def run(self):
        raise self.error

    def do_run(self):
        self.run()


WAYS = {
    "target": lambda error, group: threading.Thread(group, target=raising(error)),
    "generator": lambda error, group: threading.Thread(group, target=generator, args=(error,)),
    "run()": lambda error, group: OwnRun(error, group=group),
    "do_run()": lambda error, group: OwnDoRun(error, group=group),
    "a pool": lambda error, group: threading.Thread(group, target=raising(error), executor=threading.ThreadPool.get_default()),
    "new_in_group()": lambda error, group: threading.Thread.new_in_group(group, "name", raising(error)),
}


class TestExceptions(unittest.TestCase):
    def setUp(self):
        self.told = []
        before = python.excepthook
        python.excepthook = self.told.append
        self.addCleanup(setattr, python, "excepthook", before)

    def check_failed(self, thread, error, group):
        self.assertIs(thread.get_state(), threading.ThreadState.FAILED)
        self.assertTrue(thread.exception is error)
        self.assertTrue(group.is_cancelled())
        with self.assertRaises(GLib.Error):
            thread.join_timeout(-1)
        try:
            thread.get_result()
        except BaseException as raised:
            self.assertTrue(raised is error)
        else:
            self.fail("there is a result")

    def test_each(self):
        for way, make in WAYS.items():
            for name, exception in EXCEPTIONS.items():
                with self.subTest(f"{name}, from {way}"):
                    group = threading.ThreadGroup(name="group", cancel_on_error=True)
                    error = exception()
                    thread = make(error, group)
                    thread.start()
                    thread.join()
                    self.check_failed(thread, error, group)
                    args = self.told.pop()
                    self.assertTrue(args.exc_value is error)
                    self.assertEqual(self.told, [])
                    args = None

    def test_what_c_reads(self):
        def message(error):
            thread = threading.Thread(target=raising(error))
            thread.start()
            thread.join()
            failure = thread.dup_error()
            return failure.message.partition("\n")[0], failure.domain, failure.code

        self.assertEqual(message(glib_error()), ("text", "domain", 3))
        self.assertEqual(message(glib_error(code=True)), ("text", "domain", 1))
        self.assertEqual(message(glib_error(message="a\0b\udcff")), ("a\\0b?", "domain", 3))
        self.assertEqual(message(ValueError("a\0b\udcff")), ("ValueError: a\\0b?", threading.PYTHON_EXCEPTION, 0))
        for odd in glib_error(message=None), glib_error(domain=None), glib_error(code=None), glib_error(domain=""):
            self.assertEqual(message(odd)[1:], (threading.PYTHON_EXCEPTION, 0))
        self.assertRegex(message(NoText())[0], "NoText: <exception str.. failed>")
        self.assertRegex(message(ExitsAsText())[0], "ExitsAsText: <exception str.. failed>")

    def test_several_on_the_way(self):
        """Each thing that is done besides run() fails once."""
        from gi.overrides.MyThread import running

        def succeeds():
            return 7

        for name in "Shadow", "keep_result", "publish_what_it_yields", "call_excepthook", "drop_own_frames", "as_error":
            for target in succeeds, raising(ValueError("x")):
                if target is succeeds and name in ("call_excepthook", "drop_own_frames", "as_error"):
                    continue
                with self.subTest(name, target=target):
                    original = getattr(running, name)
                    calls = []

                    def fails_once(*args, original=original, calls=calls, name=name):
                        calls.append(True)
                        if len(calls) == 1:
                            raise MemoryError(name)
                        return original(*args)

                    setattr(running, name, fails_once)
                    try:
                        thread = threading.Thread(target=target)
                        thread.start()
                        thread.join()
                    finally:
                        setattr(running, name, original)
                    self.assertIs(thread.get_state(), threading.ThreadState.FAILED)
                    self.assertIn(type(thread.exception), (ValueError, MemoryError))
                    self.told.clear()

    def test_traceback(self):
        """It begins where the program's own code does."""
        for name, make in WAYS.items():
            with self.subTest(name):
                error = ValueError("x")
                thread = make(error, threading.ThreadGroup(name="group"))
                thread.start()
                thread.join()
                frames = []
                entry = error.__traceback__
                while entry is not None:
                    frames.append(entry.tb_frame.f_code.co_filename)
                    entry = entry.tb_next
                if name not in ("target", "generator", "a pool"):
                    self.assertEqual(set(frames), {__file__})
                self.assertEqual(frames[-1], __file__)


class Process(unittest.TestCase):
    maxDiff = None

    def both(self, text):
        """Runs a program with threading and with MyThread: it says the same."""
        results = []
        for line in "import threading", "from gi.repository import MyThread as threading":
            result = run([sys.executable, "-c", f"import os, sys\n{line}\n{textwrap.dedent(text)}"])
            results.append((result.returncode, result.stdout, self.headlines(result.stderr)))
        self.assertEqual(results[1], results[0])
        return results[0]

    @staticmethod
    def headlines(text):
        """Without the lines of tracebacks that are code, and what has an address in it."""
        return [line.partition(" at 0x")[0].partition(" in: <")[0].partition(" in thread started by")[0]
                for line in text.splitlines() if line and not line.startswith(" ")]


class TestHooks(Process):
    MODES = {
        "they print": "",
        "stderr is full": "sys.stderr = open('/dev/full', 'w', buffering=1)",
        "stderr is closed": "sys.stderr.close()",
        "there is no stderr": "sys.stderr = None",
        "stderr is no file": "sys.stderr = object()",
        "the thread's hook raises": "threading.excepthook = raising",
        "all hooks raise": "threading.excepthook = sys.excepthook = sys.unraisablehook = raising",
        "the thread's hook exits": "threading.excepthook = sys.exit",
        "both hooks exit": "threading.excepthook = raising; sys.excepthook = sys.exit",
        "the hook is interrupted": "threading.excepthook = interrupted",
        "there is no hook": "threading.excepthook = None",
        "it takes nothing": "threading.excepthook = lambda: None",
        "it is false": "class Hook(list):\n    __call__ = lambda self, args: print('told')\nthreading.excepthook = Hook()",
    }

    PROGRAM = """\
def bad():
    raise ValueError("x")
def raising(*args):
    raise KeyError("hook")
def interrupted(*args):
    raise KeyboardInterrupt
thread = threading.Thread(target=bad, name="failing")
{mode}
thread.start()
thread.join()
print("main goes on", flush=True)
{more}
os._exit(0)
"""

    def test_said_as_by_threading(self):
        for name, mode in self.MODES.items():
            with self.subTest(name):
                status, stdout, _stderr = self.both(self.PROGRAM.format(mode=mode, more=""))
                self.assertEqual(status, 0)
                self.assertIn("main goes on", stdout)

    def test_failed(self):
        more = "print(thread.get_state().value_nick, type(thread.exception).__name__, group.is_cancelled(), flush=True)"
        for name, mode in self.MODES.items():
            with self.subTest(name):
                program = self.PROGRAM.format(mode=mode, more=more).replace(
                    "thread = threading.Thread(",
                    "group = threading.ThreadGroup(name='group', cancel_on_error=True)\nthread = threading.Thread(group, ")
                result = run([sys.executable, "-c", "import os, sys\nfrom gi.repository import MyThread as threading\n" + program])
                self.assertEqual((result.returncode, result.stdout.splitlines()[-1]), (0, "failed ValueError True"), result.stderr)


class TestExits(Process):
    """sys.exit(), and other exceptions, in functions that the library calls."""

    PROLOGUE = """\
import sys
import threading as python
from gi.repository import GLib, GObject, MyThread as threading
pool = threading.ThreadPool(name="pool", max_threads=2)
def alive():
    thread = threading.Thread(target=lambda: "alive", executor=pool)
    thread.start()
    thread.join()
    print(thread.result, flush=True)
def said(args):
    sys.stdout.write(f"{args.exc_type.__name__} {args.thread is not None}\\n")
"""

    def check(self, text, stdout, stderr=""):
        result = run([sys.executable, "-c", self.PROLOGUE + textwrap.dedent(text)])
        self.assertEqual((result.stdout, result.returncode), (stdout, 0), result.stderr)
        self.assertEqual(self.headlines(result.stderr), stderr.split("\n") if stderr else [])

    def test_push(self):
        self.check("""
            for _ in range(3):
                pool.push(sys.exit, 3)
            done = python.Event()
            pool.push(lambda: done.set())
            done.wait()
            alive()
            """, "alive\n")

    def test_push_that_raises(self):
        self.check("""
            done = python.Event()
            threading.excepthook = lambda args: (said(args), done.set())
            pool.push(int, "x")
            done.wait()
            alive()
            """, "ValueError True\nalive\n")

    def test_push_to_the_default_pool(self):
        self.check("""
            done = python.Event()
            default = threading.ThreadPool.get_default()
            default.push(sys.exit)
            default.push(done.set)
            done.wait()
            alive()
            """, "alive\n")

    def test_push_what_is_no_function(self):
        self.check("""
            try:
                pool.push(7)
            except TypeError:
                print("refused")
            """, "refused\n")

    def test_parallel(self):
        self.check("""
            threading.excepthook = said
            def end(*args):
                sys.exit(3)
            def fail(*args):
                raise ValueError(args)
            threading.parallel_for(pool, 0, 4, 1, end)
            threading.parallel_invoke(pool, end, (1,), end, 2)
            alive()
            threading.parallel_for(pool, 0, 2, 1, fail)
            alive()
            """, "SystemExit True\n" * 6 + "alive\n" + "ValueError True\n" * 2 + "alive\n")

    def test_interrupt_in_parallel(self):
        self.check("""
            import signal
            main = python.get_ident()
            def piece(begin, end):
                if python.get_ident() == main:
                    signal.raise_signal(signal.SIGINT)
            try:
                threading.parallel_for(None, 0, 1, 1, piece)
            except KeyboardInterrupt:
                print("interrupted")
            alive()
            """, "interrupted\nalive\n")

    def test_execute(self):
        self.check("""
            class Mixin:
                def do_execute(self, thread):
                    raise self.error
            class Executor(GObject.Object, threading.Executor):
                do_execute = Mixin.do_execute
            class Inherited(Executor):
                pass
            class Mixed(Mixin, GObject.Object, threading.Executor):
                pass
            for cls in Executor, Inherited, Mixed:
                executor = cls()
                for executor.error in SystemExit(3), KeyboardInterrupt(), ValueError("x"), GLib.Error("no", "domain", 7):
                    thread = threading.Thread(target=print, executor=executor)
                    try:
                        thread.start()
                    except RuntimeError as error:
                        print(error.domain, error.code, error.message.partition("\\n")[0], thread.get_state().value_nick)
            alive()
            """, ("python-exception-quark 0 SystemExit: 3 new\n"
                  "python-exception-quark 0 KeyboardInterrupt new\n"
                  "python-exception-quark 0 ValueError: x new\n"
                  "domain 7 no new\n") * 3 + "alive\n")

    def test_post_to_another_thread(self):
        self.check("""
            loop = threading.LoopThread(name="loop")
            loop.start()
            made = loop.invoke(threading.Thread, None, int)
            made.post(sys.exit, 3)
            print(loop.invoke(lambda: "alive"))
            loop.quit()
            loop.join()
            """, "alive\n")


class TestHandlers(Process):
    def test_what_the_handler_raises(self):
        """In each wait of the main thread, that comes out, and nothing else is said."""
        waits = {
            "join": "thread.join()", "join for a time": "thread.join(3600)", "join_timeout": "thread.join_timeout(-1)",
            "group": "group.join()", "group for a time": "group.join_timeout(3600 * 10**6)",
            "join_next": "group.join_next()", "join_next for a time": "group.join_next(3600 * 10**6)",
            "next_result": "thread.next_result()", "iteration": "list(thread)", "sleep": "threading.Thread.sleep(3600 * 10**6)",
            "in a pool": "queued.join()", "sleep without end": "threading.Thread.sleep(-1)",
        }
        for name, wait in waits.items():
            with self.subTest(name):
                result = run([sys.executable, "-c", textwrap.dedent(f"""
                    import os, signal, sys, time
                    from gi.repository import MyThread as threading
                    class Late(Exception):
                        pass
                    def handler(*_args):
                        raise Late
                    stop = threading.Event()
                    group = threading.ThreadGroup(name="group", keep_finished=True)
                    pool = threading.ThreadPool(name="pool", max_threads=1)
                    thread = threading.Thread(group, target=stop.wait)
                    thread.start()
                    running = threading.Thread(target=stop.wait, executor=pool)
                    running.start()
                    queued = threading.Thread(target=stop.wait, executor=pool)
                    queued.start()
                    for signum in signal.SIGALRM, signal.SIGINT:
                        signal.signal(signum, handler)
                        timer = threading.Timer(0.06, os.kill, (os.getpid(), signum))
                        timer.start()
                        try:
                            {wait}
                        except Late:
                            print("late", flush=True)
                        timer.join()
                    stop.set()
                    """)])
                self.assertEqual((result.stdout, result.stderr, result.returncode), ("late\nlate\n", "", 0))


if __name__ == "__main__":
    taprunner.main()
