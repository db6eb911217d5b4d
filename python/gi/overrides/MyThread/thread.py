# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Thread, as programs see it."""

import builtins
import sys

from gi.overrides import override
from gi.repository import GLib

from . import life, owner, publishing, pythons, results
from .awaiting import AsyncResults, wait_async
from .clock import SLICE_US, microseconds, now_us
from .errors import as_name, as_name_or_none, check_group
from .library import ARRAYS_OF_VALUES_LEAK, END, OVERRIDES, Base, State
from .metaclass import ThreadMeta, TypeOfObjects, check_not_abstract, run_of_c
from .process import inherited_daemon, new_stack_size, process, warn_deprecated
from .records import GivesWay, Record, assert_initialised, check_initialised, get_name, is_initialised, record_of, set_name
from .running import called_by_the_library, do_run, keep_result, supervised
from .waiting import in_main_thread, join_or_raise, look_at_error


def _known(thread):
    """With an attribute, the wrapper is one that the library sees: the thread runs on no joiner's OS thread."""
    record_of(thread)
    return thread


@override
class Thread(Base, metaclass=ThreadMeta):
    """A thread that is an object.

    Thread(group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None, **properties): what threading.Thread takes,
    and the properties of the GObject, as keywords. The group is None or a ThreadGroup.
    """

    __module__ = OVERRIDES

    _is_root_of_python_threads = True
    __gtype__ = TypeOfObjects()

    def __new__(cls, *args, **kwargs):
        check_not_abstract(cls)
        return Base.__new__(cls)

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "__info__" in vars(cls):
            # Written in C, with a run() of its own.
            cls.do_run = cls.run = run_of_c

    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None, **properties):
        if not isinstance(self, Base):
            # One of Python's classes, whose __init__() says `Thread.__init__(self)`, where the program has put this class in the place
            # of threading.Thread.
            pythons.Thread.__init__(self, group, target, name, args, kwargs, daemon=daemon)
            return
        check_group(group, self)
        if group is not None:
            properties["group"] = group
        if isinstance(args, GLib.Variant):
            properties["args"] = args
            args = args.unpack()
        if isinstance(kwargs, GLib.Variant):
            properties["kwargs"] = kwargs
            kwargs = kwargs.unpack()
        if name is not None and name != "":
            properties["name"] = as_name(name)
        if daemon is None:
            daemon = inherited_daemon()
        if "stack_size" not in properties and new_stack_size() != 0:
            properties["stack_size"] = new_stack_size()

        if is_initialised(self):
            # Once more: that of an object which __new__() returns each time.
            if Base.get_state(self) != State.NEW:
                return
            Base.set_properties(self, **properties, daemon=bool(daemon))
        else:
            super().__init__(daemon=bool(daemon), **properties)

        if "name" not in properties and hasattr(target, "__name__"):
            Base.set_name(self, f"{Base.dup_name(self)} ({as_name(target.__name__)})")
        self._mythread = Record(made_here=True)
        if "name" in properties and properties["name"] != name:
            set_name(self, str(name))
        self._target = target
        self._args = args
        self._kwargs = {} if kwargs is None else kwargs
        # Where to complain, if there is no sys.stderr any more.
        self._stderr = sys.stderr

    @classmethod
    def new(cls, name, func, *data):
        """A thread that calls func(thread, *data)."""
        return _known(Base.new(as_name_or_none(name), supervised(func), *data))

    @classmethod
    def new_in_group(cls, group, name, func, *data):
        """A thread in the group that calls func(thread, *data)."""
        return _known(Base.new_in_group(group, as_name_or_none(name), supervised(func), *data))

    @classmethod
    def new_with_args(cls, name, args, kwargs, func, *data):
        """A thread that calls func(thread, *data); args and kwargs are GLib.Variants."""
        return _known(Base.new_with_args(as_name_or_none(name), args, kwargs, supervised(func), *data))

    def __del__(self, look_at_error=look_at_error):
        record = self.__dict__.get("_mythread")
        if record is not None and record.exception is not None:
            look_at_error(self)  # as for those that are still there at exit

    # Threads have no order. (PyGObject would compare addresses.)
    def __lt__(self, other):
        return NotImplemented

    __le__ = __gt__ = __ge__ = __lt__

    def __reduce_ex__(self, protocol):
        raise TypeError(f"cannot pickle {type(self).__name__!r} object: a thread can not be copied")

    def __repr__(self):
        kind = type(self).__name__
        if not is_initialised(self):
            return f"<{kind}(not initialised)>"
        state = Base.get_state(self)
        words = ["initial" if state == State.NEW else "queued" if state == State.QUEUED
                 else "started" if state == State.RUNNING else "stopped"]
        if Base.get_daemon(self):
            words.append("daemon")
        if ident := life.number_when_it_runs(self, Base.get_ident):
            words.append(str(ident))
        return f"<{kind}({get_name(self)}, {' '.join(words)})>"

    # the life

    def start(self):
        """Starts the thread. A second time is a RuntimeError, and so is a system that has no more threads."""
        life.start(self)

    def run(self):
        """What the thread does: calls the target. Meant to be overridden."""
        target = getattr(self, "_target", None)
        try:
            if target is not None:
                return target(*self._args, **self._kwargs)
        finally:
            # Neither it nor its arguments shall live as long as the thread object.
            target = None
            for name in ("_target", "_args", "_kwargs"):
                self.__dict__.pop(name, None)
        return None

    def join(self, timeout=None):
        """Waits until the thread has ended, or for timeout seconds. Says nothing of how it ended: get_result() does.

        A RuntimeError if it was not started, or if the wait could never end (the thread itself waits).
        """
        life.join(self, timeout)

    def join_timeout(self, timeout_us):
        """The library's join: timeout in microseconds (negative: none); raises the thread's error, or TIMED_OUT."""
        return join_or_raise(self, timeout_us)

    def is_alive(self):
        """Whether it was started and has not ended."""
        assert_initialised(self)
        if self is process.main and process.is_ending:
            return False
        return Base.is_alive(self)

    @staticmethod
    def sleep(duration_us):
        """Waits for some microseconds; negative: for ever. Raises G_IO_ERROR_CANCELLED when the calling
        thread is cancelled."""
        if not in_main_thread():
            return Base.sleep(duration_us)
        deadline = now_us() + duration_us
        while duration_us < 0 or duration_us > SLICE_US:
            Base.sleep(SLICE_US)
            if duration_us > 0:
                duration_us = max(0, deadline - now_us())
        return Base.sleep(duration_us)

    # the outcome

    def set_result(self, value):
        """Sets the result, from run(). What run() returns is the result, too, unless that is None."""
        keep_result(self, record_of(self), value)

    def report_end(self, result=None, error=None):
        """An executor says how the thread that it was given, and runs elsewhere, has ended: with a result, or with an exception."""
        life.report_end(self, result, error)

    def get_result(self):
        """The result of the thread: what the target, or run(), returned. If it raised an exception, that is raised.

        Before the end: a RuntimeError. It does not wait.
        """
        try:
            return life.get_result(self)
        finally:
            self = None  # the exception that is kept knows this frame

    result = GivesWay(get_result)

    @GivesWay
    def exception(self):
        """The exception that run() let out, or None. Of a thread that was cancelled, or is not
        Python's: the GLib.Error that it ended with."""
        return life.get_exception(self)

    @GivesWay
    def progress(self):
        """What set_progress() has said, from 0 to 1; -1: unknown."""
        check_initialised(self)
        return Base.get_progress(self)

    # what it says

    def emit(self, detailed_signal, *args):
        """Emits a signal in the owner thread, from any thread, in order, and before `finished`.

        In the owner thread, handlers were called when this returns. A signal that returns a value can be emitted only there.
        """
        check_initialised(self)
        number, detail, kinds, returns_value = owner.signal_named(self.__gtype__, detailed_signal)
        if returns_value:
            if not owner.in_owner_thread(self):
                raise TypeError(f"signal {detailed_signal} returns a value, so only the owner thread can emit it; call_owner() calls "
                                "a function there")
            return Base.emit(self, detailed_signal, *args)
        if len(args) != len(kinds):
            raise TypeError(f"{len(kinds)} parameters needed for signal {detailed_signal}; {len(args)} given")
        values = [owner.as_value(kind, args[i], i + 1, detailed_signal) for i, kind in builtins.enumerate(kinds)]
        if not ARRAYS_OF_VALUES_LEAK:
            Base.emitv(self, number, detail, values)
        elif owner.in_owner_thread(self):
            Thread.call_owner(self, Base.emit, self, detailed_signal, *args)
        else:
            Thread.post(self, Base.emit, self, detailed_signal, *args)
        return None

    def publish(self, item):
        """Adds a result, which may be any object, to `results`, or to what next_result() and iterating return.

        What a run() yields that is a generator function is published by itself. A RuntimeError when run() has returned.
        """
        check_initialised(self)
        publishing.publish(self, item)

    def get_results(self):
        """The list of what was published so far: a Gio.ListModel that grows in the owner thread, and a sequence."""
        check_initialised(self)
        results.read_by(self, "results")
        return Base.get_results(self)

    results = GivesWay(get_results)

    def next_result(self, timeout=None):
        """The next result, each once, in order; waits for it, for timeout seconds at most.

        At the end of the stream: EOFError; join() and get_result() say how the thread ended. When the time is over: the
        RuntimeError with the code ThreadError.TIMED_OUT.
        """
        item = results.next_result(self, microseconds(timeout))
        if item is END:
            raise EOFError("the thread has ended, and has no more results")
        return item

    def __iter__(self):
        """`for item in thread`: next_result() until the end. Then raises what the thread did, if it failed."""
        return results.iterate(self)

    def __aiter__(self):
        """`async for item in thread`: the same, under any asyncio loop, which goes on meanwhile."""
        return AsyncResults(self)

    def call_owner(self, func, *args):
        """Calls func(*args) in the owner thread, waits for it, and returns what it returned, or raises what it raised."""
        check_initialised(self)
        return owner.call_and_return(Base.call_owner, self, func, args)

    def post(self, func, *args):
        """Has func(*args) called in the owner thread, later, and does not wait for it."""
        check_initialised(self)
        if not callable(func):
            raise TypeError(f"{func!r} is not callable")

        def call(*_data):
            func(*args)

        # In the main thread sys.exit() ends the process from there, as from other callbacks of a loop.
        elsewhere = called_by_the_library(call)
        Base.post(self, lambda *_data: call() if in_main_thread() else elsewhere())

    def __await__(self):
        """`await thread` waits under any asyncio loop, and is the result, or raises what the thread did."""
        return wait_async(self).__await__()

    # who it is

    @property
    def name(self):
        """The name, which need not be the only one of its kind."""
        assert_initialised(self)
        return get_name(self)

    @name.setter
    def name(self, name):
        assert_initialised(self)
        set_name(self, str(name))

    def set_name(self, name):
        """Sets the name; None: the default one."""
        set_name(self, name)

    @property
    def ident(self):
        """What threading.get_ident() says in the thread; None before it runs."""
        return life.number_when_it_runs(self, Base.get_ident)

    @property
    def native_id(self):
        """The system's number of the thread; None before it runs."""
        return life.number_when_it_runs(self, Base.get_native_id)

    @property
    def daemon(self):
        """Whether the program may end while the thread is alive. Until start() it can be changed."""
        assert_initialised(self)
        return Base.get_daemon(self)

    @daemon.setter
    def daemon(self, daemon):
        check_initialised(self)
        if Base.get_state(self) != State.NEW:
            raise RuntimeError("cannot set daemon status of active thread")
        Base.set_daemon(self, bool(daemon))

    def getName(self):
        """The name, as programs asked for it before Python 2.6."""
        warn_deprecated("getName()", "get the name attribute")
        return self.name

    def setName(self, name):
        """Sets the name, as programs did before Python 2.6."""
        warn_deprecated("setName()", "set the name attribute")
        self.name = name

    def isDaemon(self):
        """Whether it is a daemon, as programs asked before Python 2.6."""
        warn_deprecated("isDaemon()", "get the daemon attribute")
        return self.daemon

    def setDaemon(self, daemonic):
        """Makes it a daemon, as programs did before Python 2.6."""
        warn_deprecated("setDaemon()", "set the daemon attribute")
        self.daemon = daemonic


# PyGObject hooks a do_run() up while it makes the class, and this one is for C's threads, too: it comes later, and is for
# super().do_run() only.
Thread.do_run = do_run


# The fields of the C structures: an attribute of a program may have their names.
for _class in Base.__mro__:
    for _name, _field in vars(_class).items():
        if type(_field) is property and _name not in vars(Thread):
            setattr(Thread, _name, GivesWay(_field.fget))
del _class, _name, _field


class _PythonThread(Thread):
    """Brings the GType of what is made in Python."""

    __module__ = "MyThread"  # a class of gi.overrides gets no GType
    __gtype_name__ = "MyPythonThread"


vars(Thread)["__gtype__"].in_python = _PythonThread.__gtype__
_PythonThread.__gtype__.pytype = Thread

# From here on PyGObject makes a Thread of it.
process.find_main()
