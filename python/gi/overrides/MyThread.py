# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MyThread as Python's threading.

In a program that uses threading, change the line of the import::

    from gi.repository import MyThread as threading

and Thread, Timer, current_thread() and the rest are this library's: GObjects, with signals, progress,
cancellation and groups, that start, join, fail and end as Python's own do. python/README.md has the differences.

How it is made: the class Thread below is what Python sees of every MyThread, also of those made in C; it adds nothing to their
GType. What is made in Python is a subclass with a GType of its own, whose `run` is Python's.
"""

import _thread
import atexit
import builtins
import collections
import ctypes
import functools
import os
import sys
import threading as _python
import time
import traceback
import types
import warnings
import weakref

import gi
from gi import _gi
from gi.module import get_introspection_module
from gi.overrides import override
from gi.repository import Gio, GLib, GObject

# The program need not say it: there is one version.
gi.require_version("MyThread", "1.0")

_introspected = get_introspection_module("MyThread")
_module = sys.modules["gi.repository.MyThread"]  # what the program sees, and may set `excepthook` on
_Base = _introspected.Thread
_BaseGroup = _introspected.ThreadGroup
_Code = _introspected.ThreadError
_State = _introspected.ThreadState

_DOMAIN = GLib.quark_to_string(_Code.quark())
_IO_ERROR = Gio.io_error_quark()

# The domain of the error that a Python exception becomes.
PYTHON_EXCEPTION = "python-exception-quark"

_UNTIL_IT_ENDS = -1
_NOTHING = object()
_END = object()
# How long a wait of the main thread is away from the interpreter, which runs the handlers of signals there.
_SLICE_US = 50_000
_GRACE_US = 1_000_000
# How long an iteration under asyncio goes on before the other tasks of the loop are let run: as long as a turn of delivery.
_TURN_US = 4_000

__all__ = ["PYTHON_EXCEPTION", "LoopThread", "Thread", "ThreadError", "ThreadGroup", "Timer", "__excepthook__", "active_count",
           "current_thread", "enumerate", "excepthook", "main_thread", "stack_size"]


# --- Errors ------------------------------------------------------------------


# PyGObject 3.58 never lets go of what is in an array of values that it passes on; 3.42 does.
_ARRAYS_OF_VALUES_LEAK = gi.version_info >= (3, 43)


class _ThreadError(tuple):
    """Two things that share a name: the library's enumeration of its error codes, and what programs that were written for
    threading catch. `except` takes a tuple of classes, so it can be both."""

    __slots__ = ()

    def __getattr__(self, name):
        return getattr(_Code, name)

    def __call__(self, *args):
        if len(args) == 1 and isinstance(args[0], int):
            return _Code(args[0])
        return RuntimeError(*args)

    def __repr__(self):
        return repr(_Code)


ThreadError = _ThreadError((RuntimeError,))


class _LifeError(GLib.Error):
    """An error of the library in the words of threading. (A GLib.Error is a RuntimeError.)"""

    def __init__(self, message, code):
        super().__init__(message, _DOMAIN, int(code))

    def __str__(self):
        return self.message


class _GroupError(AssertionError, TypeError):
    """What is no group was given for one: threading asserts that; for everybody else it is a wrong type."""


def _is_code(error, code):
    return error.matches(_Code.quark(), code)


def _is_cancellation(error):
    return isinstance(error, GLib.Error) and error.matches(_IO_ERROR, Gio.IOErrorEnum.CANCELLED)


def _check_group(group, thread):
    if group is None or isinstance(group, _BaseGroup):
        return
    hint = ""
    if group is thread:
        hint = "; self was passed twice: write super().__init__(name=...), without it"
    raise _GroupError(f"group must be None or a ThreadGroup, not {type(group).__name__}{hint}")


# --- Waiting -----------------------------------------------------------------


def _in_main_thread():
    """Whether signals are handled here. (threading itself knows another one where it was first imported by another.)"""
    return _thread.get_native_id() == os.getpid()


def _microseconds(timeout):
    """threading's timeout in seconds; what is past counts as now."""
    if timeout is None:
        return _UNTIL_IT_ENDS
    if timeout > _python.TIMEOUT_MAX:
        raise OverflowError("timeout value is too large")
    return max(0, int(timeout * 1_000_000))


def _now_us():
    return time.monotonic_ns() // 1000


def _deadline_in(limit_us):
    """None: there is no limit."""
    return None if limit_us < 0 else _now_us() + limit_us


def _slice_before(deadline, now):
    """How long to wait at a time: the handlers of signals run between two slices, and what ends the wait is looked at."""
    return _SLICE_US if deadline is None else max(0, min(_SLICE_US, deadline - now))


# The library's waits, with no place for an error. PyGObject makes a GError an exception by calling Python code; the handler of a
# signal that came during the wait runs in that code, and what it raises (KeyboardInterrupt) is printed there, and lost.
_library = ctypes.CDLL(None)  # the typelib has loaded it
if not hasattr(_library, "my_thread_join_timeout"):
    _library = ctypes.CDLL("libmythread-1.0.so.1")
_join_silently = _library.my_thread_join_timeout
_join_silently.argtypes = (ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p)
_join_silently.restype = ctypes.c_int
_join_next_silently = _library.my_thread_group_join_next
_join_next_silently.argtypes = (ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p)
_join_next_silently.restype = ctypes.c_void_p
_next_result_silently = _library.my_thread_next_result
_next_result_silently.argtypes = (ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p)
_next_result_silently.restype = ctypes.c_void_p
_append = _library.g_list_store_append
_append.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
_append.restype = None
_unref = _library.g_object_unref
_unref.argtypes = (ctypes.c_void_p,)
_unref.restype = None


def _join_in_slices(thread, limit_us):
    """In the main thread: waits until the thread has ended, or the limit is reached: TRUE or FALSE. None: the wait failed."""
    deadline = _deadline_in(limit_us)
    while True:
        if sys.version_info >= (3, 14) and sys.is_finalizing() and _record(thread).is_running and _Base.is_alive(thread):
            # It stands still where it would go on in Python; before 3.14 it is ended there.
            raise PythonFinalizationError("cannot join thread at the interpreter's shutdown: it does not go on")
        begin = _now_us()
        slice_us = _slice_before(deadline, begin)
        # The hash of a GObject is its address.
        has_succeeded = _join_silently(hash(thread), slice_us, None)
        # Here the handlers of signals run.
        if _Base.get_state(thread) >= _State.SUCCEEDED:
            if not has_succeeded:
                # It has failed, or the join was over before it was: then nothing has been told yet of its end.
                _join_silently(hash(thread), 0, None)
            return True
        now = _now_us()
        if now - begin < slice_us:
            return None
        if deadline is not None and now >= deadline:
            return False


def _join(thread, limit_us):
    """The library's join, which lets Ctrl-C through."""
    if _in_main_thread() and limit_us != 0:
        ended = _join_in_slices(thread, limit_us)
        limit_us = 0 if ended is not None else 1  # 1: long enough to be told why the wait failed
    return _Base.join_timeout(thread, limit_us)


def _join_group(group, limit_us):
    """The same for a group. (Its own join takes the failures that it reports, so none must be lost.)"""
    if _in_main_thread() and limit_us != 0:
        deadline = _deadline_in(limit_us)
        while members := list(_BaseGroup.enumerate(group)):
            left = -1 if deadline is None else max(0, deadline - _now_us())
            if _join_in_slices(members[0], left) is not True:
                limit_us = left if deadline is None else 0
                break
        else:
            limit_us = 0 if deadline is not None else limit_us
    return _BaseGroup.join_timeout(group, limit_us)


def _adopt(address):
    """The GObject that is there, whose reference is taken: PyGObject itself has no such function."""
    store = Gio.ListStore.new(GObject.Object)
    _append(hash(store), address)
    _unref(address)
    return store.get_item(0)


def _take(take, take_silently, source, limit_us):
    """The library's wait for the next of many objects, which lets Ctrl-C through. None: there is none left."""
    if not _in_main_thread() or limit_us == 0:
        return take(source, limit_us)
    deadline = _deadline_in(limit_us)
    while True:
        begin = _now_us()
        slice_us = _slice_before(deadline, begin)
        address = take_silently(hash(source), slice_us, None)
        if address:
            return _adopt(address)
        # Here the handlers of signals run.
        now = _now_us()
        has_time = deadline is None or now < deadline
        if now - begin < slice_us or not has_time:
            # There is none left, the wait failed, or the limit is reached: it is asked once more, to be told which. (1: long enough
            # to be told why a wait failed.)
            return take(source, 1 if has_time else 0)


# --- What is kept of a thread, besides what the library keeps -------------------


class _Record:
    """In the attribute `_mythread` of each thread: the one name that the attributes of a subclass must leave alone."""

    __slots__ = ("result", "exception", "is_running", "shadow", "made_here", "reader", "taken")

    def __init__(self, made_here=False):
        self.result = _NOTHING
        self.exception = None
        self.is_running = False
        self.shadow = None
        self.made_here = made_here
        self.reader = None  # how its results are read
        self.taken = collections.deque()  # results that the library has handed out, and nobody has got yet


def _record(thread):
    record = thread.__dict__.get("_mythread")
    if record is None:
        record = thread.__dict__.setdefault("_mythread", _Record())
        # An attribute set by name: with the first one the object and its Python side live equally long.
        thread._mythread = record
    return record


class _Default:
    """A read-only attribute that gives way: a program's own `self.result = ...` is an attribute as any other."""

    def __init__(self, function):
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, thread, owner=None):
        return self if thread is None else self.function(thread)


class _Shadow:
    """While one of our threads runs, what Python's own threading.current_thread() says there (and so logging, warnings
    and debuggers): a thread of the same name."""

    def __init__(self, thread):
        self.ident = _thread.get_ident()
        self.is_new = self.ident not in self.active()
        self.python = _python.current_thread()
        self.previous = None
        if isinstance(self.python, _python._DummyThread):
            self.previous = self.python.name
            self.python.name = _Base.dup_name(thread)
            if hasattr(self.python, "_daemonic"):
                self.python._daemonic = _Base.get_daemon(thread)
        else:
            self.python = None  # one of Python's threads works for an executor: it keeps its name

    @staticmethod
    def active():
        return getattr(_python, "_active", {})

    def rename(self, name):
        if self.python is not None:
            self.python.name = name

    def remove(self):
        if self.python is None:
            return
        self.python.name = self.previous
        if self.is_new and self.active().get(self.ident) is self.python:
            # Nobody else does it, and the next OS thread may get the same ident.
            self.active().pop(self.ident, None)


# --- Running -------------------------------------------------------------------


def excepthook(args, /):
    """What is done with an exception that run() let out: by default what Python's threading.excepthook does, so that programs
    that set that one hear of our threads, too."""
    _python.excepthook(args)


__excepthook__ = _python.__excepthook__


def _call_excepthook(thread, error):
    hook = getattr(_module, "excepthook", None) or excepthook
    try:
        hook(_python.ExceptHookArgs([type(error), error, error.__traceback__, thread]))
    except BaseException:
        stderr = sys.stderr if sys.stderr is not None else getattr(thread, "_stderr", None)
        if stderr is not None:
            print("Exception in threading.excepthook:", file=stderr, flush=True)
        sys.excepthook(*sys.exc_info())


def _own_frames_dropped(error):
    """The traceback from where the program's own code begins."""
    first = error.__traceback__
    while first is not None and first.tb_frame.f_code.co_filename == __file__:
        first = first.tb_next
    return error.__traceback__ if first is None else first


def _as_error(error):
    """The GLib.Error that a thread ends with: what it is in one line, then where it came from."""
    if isinstance(error, GLib.Error):
        return GLib.Error(error.message, error.domain, error.code)
    headline = "".join(traceback.format_exception_only(type(error), error)).strip()
    whole = "".join(traceback.format_exception(type(error), error, error.__traceback__)).strip()
    text = f"{headline}\n\n{whole}".replace("\0", "\\0").encode("utf-8", "replace").decode("utf-8")
    return GLib.Error(text, PYTHON_EXCEPTION, 0)


def _is_c_string(value):
    if type(value) is not str or "\0" in value:
        return False
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _keep_result(thread, record, value):
    record.result = value
    # A C program can read the simple ones. The others stay in Python alone, where the garbage collector sees them.
    kind = type(value)
    if kind is bool or kind is float:
        _Base.set_result(thread, value)
    elif kind is int and -(1 << 63) <= value < 1 << 63:
        fits = -(1 << 31) <= value < 1 << 31
        _Base.set_result(thread, GObject.Value(GObject.TYPE_INT if fits else GObject.TYPE_INT64, value))
    elif kind is GLib.Variant or _is_c_string(value):
        _Base.set_result(thread, value)
    elif kind is list and all(_is_c_string(item) for item in value):
        _Base.set_result(thread, GObject.Value(GObject.TYPE_STRV, value))


# The threads that failed and are still there: the hook was told of them, so the library need not warn that nobody was.
_told = weakref.WeakSet()
_told_lock = _thread.allocate_lock()


def _fail(thread, record, error):
    """What run() let out: returns the error to end with."""
    if _is_cancellation(error) and _Base.is_cancelled(thread):
        return _as_error(error)
    error.__traceback__ = _own_frames_dropped(error)
    _call_excepthook(thread, error)
    if isinstance(error, SystemExit):
        return None
    record.exception = error
    with _told_lock:
        _told.add(thread)
    return _as_error(error)


def _supervise(thread, body, *args):
    """Everything that one of our threads does in Python is done in here."""
    record = _record(thread)
    if record.is_running:
        # A do_run() that calls its parent class's.
        return _publish_what_it_yields(thread, body(thread, *args))

    failure = None
    record.is_running = True
    record.shadow = _Shadow(thread)
    try:
        try:
            # What programs ask of threading (a debugger does) is meant for all threads.
            if _python.getprofile() is not None:
                sys.setprofile(_python.getprofile())
            if _python.gettrace() is not None:
                sys.settrace(_python.gettrace())
            value = _publish_what_it_yields(thread, body(thread, *args))
            if value is not None:
                _keep_result(thread, record, value)
            value = None
        except BaseException as error:
            failure = _fail(thread, record, error)
    finally:
        record.shadow.remove()
        record.shadow = None
    args = body = None
    if failure is not None:
        raise failure
    return None


def _supervised(function):
    """A MyThreadFunc in Python."""

    def call(thread, *data):
        _supervise(thread, function, *data)

    return call


def _call_run(thread):
    return thread.run()


def _do_run(self):
    _supervise(self, _call_run)


def _wrap_do_run(function):
    def do_run(self):
        return _supervise(self, function)

    do_run.__wrapped__ = function
    return do_run


def _find_run(cls):
    """The nearest class that says what is run, and what: PyGObject itself looks only for a do_run() in cls."""
    for base in cls.__mro__:
        if base is Thread:
            break  # its do_run() is that of its subclasses, and not in its GType
        for name in ("do_run", "run"):
            if name in vars(base):
                return base, name
    return Thread, "run"


_vfunc_run = vars(_Base)["do_run"]


def _run_of_c(self):
    """run() of the class that is written in C."""
    in_c = next(base for base in type(self).__mro__ if "__info__" in vars(base))
    return _vfunc_run.__get__(None, in_c)(self)


# --- What a thread says ------------------------------------------------------------


class _Item(GObject.Object):
    """What is published and is no GObject: it is `value`. Python unpacks it where it reads the results."""

    __module__ = "MyThread"  # a class of gi.overrides gets no GType
    __gtype_name__ = "MyPythonItem"

    def __init__(self, value):
        super().__init__()
        self.value = value

    def __repr__(self):
        return f"<Item {self.value!r}>"


def _unpacked(item):
    return item.value if type(item) is _Item else item


def _publish(thread, item):
    if thread._is_over():
        raise RuntimeError("run() has returned, and with it the stream of results has ended")
    _Base.publish(thread, item if isinstance(item, GObject.Object) else _Item(item))


def _publish_what_it_yields(thread, value):
    """What run() returned: that of a generator function is run here. Returns what is the result."""
    if not isinstance(value, types.GeneratorType):
        return value
    try:
        item = next(value)
        while True:
            _publish(thread, item)
            item = None
            try:
                _Base.set_error_if_cancelled(thread)
            except GLib.Error as error:
                item = value.throw(error)
            else:
                item = next(value)
    except StopIteration as stop:
        return stop.value


def _read_by(thread, reader):
    record = _record(thread)
    record.reader = record.reader or reader
    if record.reader != reader:
        raise RuntimeError(f"the results of this thread are read by {record.reader}, and not by {reader}")
    return record


def _next_result(thread, limit_us):
    """The next result, or _END."""
    Thread._check_initialised(thread)
    record = _read_by(thread, "next_result()")
    try:
        return record.taken.popleft()
    except IndexError:
        item = _take(_Base.next_result, _next_result_silently, thread, limit_us)
        return _END if item is None else _unpacked(item)


def _iterate(thread):
    while (item := _next_result(thread, _UNTIL_IT_ENDS)) is not _END:
        yield item
        item = None
    _raise_failure(thread)


def _raise_failure(thread):
    """The thread has ended: delivers what the owner has not heard of yet, and raises what the thread did."""
    Thread.join(thread)
    Thread.get_result(thread)


@functools.lru_cache(maxsize=256)
def _signal(gtype, detailed_signal):
    try:
        number, detail = GObject.signal_parse_name(detailed_signal, gtype, True)
    except ValueError:
        raise TypeError(f"{gtype.name}: unknown signal name: {detailed_signal}") from None
    query = GObject.signal_query(number)
    # By name: there may be a flag in it.
    return number, detail, [GObject.GType.from_name(kind.name) for kind in query.param_types], query.return_type != GObject.TYPE_NONE


def _as_value(kind, argument, number, signal):
    value = GObject.Value(kind)
    try:
        _gi._gvalue_set(value, argument)
    except TypeError:
        raise TypeError(f"could not convert {type(argument).__name__} to {kind.name}, which argument {number} of signal {signal} is") from None
    return value


def _in_owner_thread(thread):
    """The one that iterates the context, else the one whose thread-default context it is."""
    context = _Base.get_property(thread, "main-context")
    if context is None:
        return False
    if context.is_owner():
        return True
    here = GLib.MainContext.get_thread_default()
    if here is None and _in_main_thread():
        here = GLib.MainContext.default()
    if here != context or not context.acquire():
        return False
    context.release()
    return True


def _call(call, thread, func, args):
    """Has a function called in another thread, and returns what it returned, or raises what it raised."""
    if not callable(func):
        raise TypeError(f"{func!r} is not callable")
    outcome = []

    def run(*_data):
        try:
            outcome.extend((func(*args), None))
        except BaseException as error:
            outcome.extend((None, error))

    call(thread, run)
    value, error = outcome
    outcome.clear()
    try:
        if error is not None:
            raise error
        return value
    finally:
        error = None  # its traceback knows this frame


# --- Thread --------------------------------------------------------------------


@override
class Thread(_Base):
    """A thread that is an object.

    Thread(group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None, **properties): what threading.Thread takes,
    and the properties of the GObject, as keywords. The group is None or a ThreadGroup.
    """

    def __new__(cls, *args, **kwargs):
        return _Base.__new__(_TargetThread if cls is Thread else cls)

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "__info__" in vars(cls):
            # Written in C, with a run() of its own.
            cls.do_run = cls.run = _run_of_c
            return
        base, name = _find_run(cls)
        if name == "run":
            cls.do_run = _do_run
        elif base is cls or not issubclass(base, _Base):
            cls.do_run = _wrap_do_run(vars(base)[name])
        # Otherwise a parent's, in the GType already.

    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None, **properties):
        _check_group(group, self)
        if group is not None:
            properties["group"] = group
        if isinstance(args, GLib.Variant):
            properties["args"] = args
            args = args.unpack()
        if isinstance(kwargs, GLib.Variant):
            properties["kwargs"] = kwargs
            kwargs = kwargs.unpack()
        if name is not None and name != "":
            properties["name"] = _as_name(name)
        if daemon is None:
            daemon = _inherited_daemon()
        if "stack_size" not in properties and _default_stack_size != 0:
            properties["stack_size"] = _default_stack_size

        super().__init__(daemon=bool(daemon), **properties)

        if "name" not in properties and hasattr(target, "__name__"):
            _Base.set_name(self, f"{_Base.dup_name(self)} ({_as_name(target.__name__)})")
        self._mythread = _Record(made_here=True)
        self._target = target
        self._args = args
        self._kwargs = {} if kwargs is None else kwargs
        # Where to complain, if there is no sys.stderr any more.
        self._stderr = sys.stderr

    @classmethod
    def new(cls, name, func, *data):
        """A thread that calls func(thread, *data)."""
        return _Base.new(_as_name_or_none(name), _supervised(func), *data)

    @classmethod
    def new_in_group(cls, group, name, func, *data):
        """A thread in the group that calls func(thread, *data)."""
        return _Base.new_in_group(group, _as_name_or_none(name), _supervised(func), *data)

    @classmethod
    def new_with_args(cls, name, args, kwargs, func, *data):
        """A thread that calls func(thread, *data); args and kwargs are GLib.Variants."""
        return _Base.new_with_args(_as_name_or_none(name), args, kwargs, _supervised(func), *data)

    def __del__(self):
        record = self.__dict__.get("_mythread")
        if record is not None and record.exception is not None and _Base is not None:
            _Base.dup_error(self)  # as for those that are still there at exit

    def __reduce_ex__(self, protocol):
        raise TypeError(f"cannot pickle {type(self).__name__!r} object: a thread can not be copied")

    def __repr__(self):
        kind = type(self).__name__
        if not self._is_initialised():
            return f"<{kind}(not initialised)>"
        state = _Base.get_state(self)
        words = ["initial" if state == _State.NEW else "queued" if state == _State.QUEUED
                 else "started" if state == _State.RUNNING else "stopped"]
        if _Base.get_daemon(self):
            words.append("daemon")
        if self.ident is not None:
            words.append(str(self.ident))
        return f"<{kind}({_Base.dup_name(self)}, {' '.join(words)})>"

    # the life

    def start(self):
        """Starts the thread. A second time is a RuntimeError, and so is a system that has no more threads."""
        self._check_initialised("thread.__init__() not called")
        try:
            _Base.start(self)
        except GLib.Error as error:
            if _is_code(error, _Code.ALREADY_STARTED):
                raise _LifeError("threads can only be started once", error.code) from None
            if _is_code(error, _Code.NO_RESOURCES):
                raise _LifeError("can't start new thread", error.code) from error
            raise

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
        self._check_initialised()
        limit_us = _microseconds(timeout)
        if _Base.get_current() is self:
            raise _LifeError("cannot join current thread", _Code.DEADLOCK)
        if _Base.get_state(self) == _State.NEW:
            raise _LifeError("cannot join thread before it is started", _Code.NOT_STARTED)
        try:
            if self is _main_in_python:
                _join_main(limit_us)
            elif not _in_main_thread():
                _Base.join_timeout(self, limit_us)
            elif _join_in_slices(self, limit_us) is None:
                _Base.join_timeout(self, 1)  # says why
        except GLib.Error as error:
            # That the thread failed is no failure of the wait; nor is it that it did not end in time.
            if not (self._is_over() or _is_code(error, _Code.TIMED_OUT)):
                raise

    def join_timeout(self, timeout_us):
        """The library's join: timeout in microseconds (negative: none); raises the thread's error, or TIMED_OUT."""
        return _join(self, timeout_us)

    def is_alive(self):
        """Whether it was started and has not ended."""
        self._check_initialised()
        if self is _main_in_python and _exit.has_begun:
            return False
        return _Base.is_alive(self)

    @staticmethod
    def sleep(duration_us):
        """Waits for some microseconds. Raises G_IO_ERROR_CANCELLED when the calling thread is cancelled."""
        deadline = _now_us() + duration_us
        while _in_main_thread() and duration_us > _SLICE_US:
            _Base.sleep(_SLICE_US)
            duration_us = deadline - _now_us()
        return _Base.sleep(max(0, duration_us))

    # the outcome

    def set_result(self, value):
        """Sets the result, from run(). What run() returns is the result, too, unless that is None."""
        _keep_result(self, _record(self), value)

    def get_result(self):
        """The result of the thread: what the target, or run(), returned. If it raised an exception, that is raised.

        Before the end: a RuntimeError. It does not wait.
        """
        self._check_initialised()
        record = _record(self)
        if not self._is_over():
            return _Base.get_result(self)  # raises why there is none
        if record.exception is not None:
            raise record.exception
        value = _Base.get_result(self)
        if record.result is not _NOTHING:
            return record.result
        return value[-1] if isinstance(value, tuple) else value

    result = _Default(get_result)

    @_Default
    def exception(self):
        """The exception that run() let out, or None."""
        return _record(self).exception

    # what it says

    def emit(self, detailed_signal, *args):
        """Emits a signal in the owner thread, from any thread, in order, and before `finished`.

        In the owner thread, handlers were called when this returns. A signal that returns a value can be emitted only there.
        """
        self._check_initialised()
        number, detail, kinds, returns_value = _signal(self.__gtype__, detailed_signal)
        if returns_value:
            if not _in_owner_thread(self):
                raise TypeError(f"signal {detailed_signal} returns a value, so only the owner thread can emit it; call_owner() calls "
                                "a function there")
            return _Base.emit(self, detailed_signal, *args)
        if len(args) != len(kinds):
            raise TypeError(f"{len(kinds)} parameters needed for signal {detailed_signal}; {len(args)} given")
        values = [_as_value(kind, args[i], i + 1, detailed_signal) for i, kind in builtins.enumerate(kinds)]
        if not _ARRAYS_OF_VALUES_LEAK:
            _Base.emitv(self, number, detail, values)
        elif _in_owner_thread(self):
            Thread.call_owner(self, _Base.emit, self, detailed_signal, *args)
        else:
            Thread.post(self, _Base.emit, self, detailed_signal, *args)
        return None

    def publish(self, item):
        """Adds a result, which may be any object, to `results`, or to what next_result() and iterating return.

        What a run() yields that is a generator function is published by itself. A RuntimeError when run() has returned.
        """
        self._check_initialised()
        _publish(self, item)

    def get_results(self):
        """The list of what was published so far: a Gio.ListModel that grows in the owner thread, and a sequence."""
        self._check_initialised()
        _read_by(self, "results")
        return _Base.get_results(self)

    results = _Default(get_results)

    def next_result(self, timeout=None):
        """The next result, each once, in order; waits for it, for timeout seconds at most.

        At the end of the stream: EOFError; join() and get_result() say how the thread ended. When the time is over: the
        RuntimeError with the code ThreadError.TIMED_OUT.
        """
        item = _next_result(self, _microseconds(timeout))
        if item is _END:
            raise EOFError("the thread has ended, and has no more results")
        return item

    def __iter__(self):
        """`for item in thread`: next_result() until the end. Then raises what the thread did, if it failed."""
        return _iterate(self)

    def __aiter__(self):
        """`async for item in thread`: the same, under any asyncio loop, which goes on meanwhile."""
        return _AsyncResults(self)

    def call_owner(self, func, *args):
        """Calls func(*args) in the owner thread, waits for it, and returns what it returned, or raises what it raised."""
        self._check_initialised()
        return _call(_Base.call_owner, self, func, args)

    def post(self, func, *args):
        """Has func(*args) called in the owner thread, later, and does not wait for it."""
        self._check_initialised()
        if not callable(func):
            raise TypeError(f"{func!r} is not callable")

        def call(*_data):
            func(*args)

        _Base.post(self, call)

    def __await__(self):
        """`await thread` waits under any asyncio loop, and is the result, or raises what the thread did."""
        return _wait_async(self).__await__()

    # who it is

    @property
    def name(self):
        """The name, which need not be the only one of its kind."""
        self._check_initialised()
        return _Base.dup_name(self)

    @name.setter
    def name(self, name):
        self._check_initialised()
        self.set_name(_as_name(name))

    def set_name(self, name):
        """Sets the name; None: the default one."""
        _Base.set_name(self, name)
        shadow = _record(self).shadow
        if shadow is not None:
            shadow.rename(_Base.dup_name(self))

    @property
    def ident(self):
        """What threading.get_ident() says in the thread; None before it runs."""
        self._check_initialised()
        return self._when_it_runs(_Base.get_ident)

    @property
    def native_id(self):
        """The system's number of the thread; None before it runs."""
        self._check_initialised()
        return self._when_it_runs(_Base.get_native_id)

    @property
    def daemon(self):
        """Whether the program may end while the thread is alive. Until start() it can be changed."""
        self._check_initialised()
        return _Base.get_daemon(self)

    @daemon.setter
    def daemon(self, daemon):
        self._check_initialised()
        if _Base.get_state(self) != _State.NEW:
            raise RuntimeError("cannot set daemon status of active thread")
        _Base.set_daemon(self, bool(daemon))

    def getName(self):
        """The name, as programs asked for it before Python 2.6."""
        _warn("getName()", "get the name attribute")
        return self.name

    def setName(self, name):
        """Sets the name, as programs did before Python 2.6."""
        _warn("setName()", "set the name attribute")
        self.name = name

    def isDaemon(self):
        """Whether it is a daemon, as programs asked before Python 2.6."""
        _warn("isDaemon()", "get the daemon attribute")
        return self.daemon

    def setDaemon(self, daemonic):
        """Makes it a daemon, as programs did before Python 2.6."""
        _warn("setDaemon()", "set the daemon attribute")
        self.daemon = daemonic

    # inside

    def _is_initialised(self):
        try:
            return self.__grefcount__ > 0
        except TypeError:
            return False

    def _check_initialised(self, message="Thread.__init__() not called"):
        if not self._is_initialised():
            raise RuntimeError(message)

    def _is_over(self):
        return _Base.get_state(self) >= _State.SUCCEEDED

    def _when_it_runs(self, get):
        number = get(self)
        # start() does not wait until the OS thread is there. One that asks would have to know that; so this waits.
        while number == 0 and _Base.get_state(self) == _State.RUNNING and _Base.dup_executor(self) is None:
            time.sleep(0.00001)
            number = get(self)
        return number or None


# PyGObject hooks a do_run() up while it makes the class, and this one is for C's threads, too: it comes later, and is for
# super().do_run() only.
Thread.do_run = _do_run


class _TargetThread(Thread):
    """What Thread(...) makes: its GType has Python's run()."""

    __module__ = "MyThread"  # a class of gi.overrides gets no GType
    __gtype_name__ = "MyPythonThread"


_TargetThread.__name__ = _TargetThread.__qualname__ = "Thread"
_TargetThread.__module__ = Thread.__module__


class Timer(Thread):
    """Calls function(*args, **kwargs) after interval seconds, unless cancel() comes before."""

    __module__ = "MyThread"
    __gtype_name__ = "MyPythonTimer"

    def __init__(self, interval, function, args=None, kwargs=None, **properties):
        super().__init__(**properties)
        self.interval = interval
        self.function = function
        self.args = [] if args is None else args
        self.kwargs = {} if kwargs is None else kwargs
        self.finished = _python.Event()
        self._is_due = False
        self._deciding = _python.RLock()

    def cancel(self):
        """Stops the timer. If it calls the function already, this has no effect."""
        with self._deciding:
            if not self._is_due:
                super().cancel()
            self.finished.set()

    def run(self):
        self.finished.wait(self.interval)
        with self._deciding:
            self._is_due = not self.finished.is_set()
        if not self._is_due:
            self.set_error_if_cancelled()
            return None
        try:
            return self.function(*self.args, **self.kwargs)
        finally:
            self.finished.set()


Timer.__module__ = Thread.__module__


@override
class LoopThread(_introspected.LoopThread):
    """A thread that runs a main loop on a context of its own."""

    def invoke(self, func, *args):
        """Calls func(*args) in the thread, waits for it, and returns what it returned, or raises what it raised."""
        self._check_initialised()
        return _call(_introspected.LoopThread.invoke, self, func, args)


@override
class ThreadGroup(_BaseGroup):
    """A set of threads, and a list model of those that are alive. Its waits can be interrupted by Ctrl-C.

    `with group:` waits for its threads, or cancels them where the wait is cut short: it ends with join(), and raises what that
    does, but for the failures in a group with keep_finished, whose threads are taken one by one. An exception that leaves the
    block cancels the group first.
    """

    def __enter__(self):
        return self

    def __exit__(self, _kind, error, _traceback):
        try:
            if error is None:
                self.join()
        except GLib.Error as failure:
            if not self.get_keep_finished() or _is_cancellation(failure) or self.active_count() > 0:
                raise
        finally:
            # The block, or the wait, was left by an exception: that is the one to be told.
            if self.active_count() > 0:
                self.cancel()
                try:
                    self.join()
                except GLib.Error:
                    pass

    def run(self, name, func, *data):
        """Makes a thread in the group that calls func(thread, *data), and starts it. What func returns is its result."""
        thread = Thread.new_in_group(self, name, func, *data)
        thread.start()
        return thread

    def join(self):
        """Waits until no member is alive; raises the first failure that was not reported yet."""
        return self.join_timeout(_UNTIL_IT_ENDS)

    def join_timeout(self, timeout_us):
        """The same, for some microseconds (negative: no limit)."""
        return _join_group(self, timeout_us)

    def join_next(self, timeout_us=_UNTIL_IT_ENDS):
        """The next member that has ended, in the order in which they do; None: there is none left."""
        return _take(_BaseGroup.join_next, _join_next_silently, self, timeout_us)


def _as_name(name):
    return str(name).encode("utf-8", "replace").decode("utf-8")


def _as_name_or_none(name):
    return None if name is None else _as_name(name)


def _warn(old, new):
    warnings.warn(f"{old} is deprecated, {new} instead", DeprecationWarning, stacklevel=3)


# --- The threads of the process ----------------------------------------------------


def _acquaint(thread):
    """The first time that Python sees a thread it did not make."""
    _record(thread)
    python = _Shadow.active().get(_thread.get_ident())
    if python is not None and not isinstance(python, _python._DummyThread) and _Base.dup_name(thread).startswith("Foreign-"):
        _Base.set_name(thread, python.name)


def current_thread():
    """The calling thread: never None, whoever made it."""
    thread = _Base.get_current()
    if "_mythread" not in thread.__dict__:
        _acquaint(thread)
    return thread


def main_thread():
    """The thread that the process began with; after a fork, the one that forked."""
    return _main_in_python


def active_count():
    """How many threads are alive, with the main one."""
    return _Base.active_count()


def enumerate():
    """The threads that are alive."""
    return list(_Base.enumerate())


def _inherited_daemon():
    thread = current_thread()
    if not _record(thread).made_here:
        python = _Shadow.active().get(_thread.get_ident())
        if python is not None:
            return python.daemon
    return _Base.get_daemon(thread)


_main_in_python = _Base.get_main()
_record(_main_in_python)


# --- The list of results --------------------------------------------------------------


class _Results(GObject.Object, Gio.ListModel):
    """The list of results, as a sequence of what was published."""

    # The library makes this type when the first list is made.
    __gtype__ = _main_in_python.props.results.__gtype__

    def get_item(self, position):
        """What was published, or None behind the end."""
        return _unpacked(Gio.ListModel.get_item(self, position))

    def __getitem__(self, key):
        if isinstance(key, slice):
            return [self.get_item(i) for i in range(*key.indices(len(self)))]
        return self.get_item(range(len(self))[key])

    def __contains__(self, value):
        return any(item is value or item == value for item in self)


_Results.__gtype__.pytype = _Results


# --- await ------------------------------------------------------------------------


class _Watcher:
    """One Python thread that hears of the ends of all threads that are awaited, so that any asyncio loop can be told,
    whatever it runs on."""

    instance = None
    lock = _python.Lock()

    def __init__(self):
        self.context = GLib.MainContext()
        self.loop = GLib.MainLoop.new(self.context, False)
        self.python = _python.Thread(target=self.run, name="MyThread watcher", daemon=True)
        self.python.start()

    @classmethod
    def get(cls):
        with cls.lock:
            if cls.instance is None:
                cls.instance = cls()
            return cls.instance

    @classmethod
    def stop(cls):
        with cls.lock:
            self, cls.instance = cls.instance, None
        if self is not None:
            self.call(self.loop.quit)
            self.python.join()

    @classmethod
    def forget_in_child(cls):
        cls.instance = None
        cls.lock = _python.Lock()

    def run(self):
        self.context.push_thread_default()
        self.loop.run()
        self.context.pop_thread_default()

    def call(self, function, *args):
        def dispatch(*_data):  # with data, or without: PyGObject has changed that
            function(*args)
            return GLib.SOURCE_REMOVE

        source = GLib.Idle()
        source.set_priority(GLib.PRIORITY_DEFAULT)
        source.set_callback(dispatch)
        source.attach(self.context)

    def watch(self, thread, cancellable, callback):
        self.call(lambda: _Base.join_async(thread, cancellable, lambda *_: callback()))


def _check_can_be_awaited(thread, what):
    thread._check_initialised()
    if _Base.get_state(thread) == _State.NEW:
        raise _LifeError(f"cannot await {what} before it is started", _Code.NOT_STARTED)
    if _Base.get_current() is thread:
        raise _LifeError("cannot await current thread", _Code.DEADLOCK)


async def _wait_async(thread):
    import asyncio

    _check_can_be_awaited(thread, "thread")
    if not thread._is_over():
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        cancellable = Gio.Cancellable()

        def finish():
            if not future.done():
                future.set_result(None)

        def on_joined():
            try:
                loop.call_soon_threadsafe(finish)
            except RuntimeError:
                pass  # the loop was closed: nobody waits any more

        _Watcher.get().watch(thread, cancellable, on_joined)
        try:
            await future
        finally:
            cancellable.cancel()
    # It has ended: this does not wait; it delivers what the owner has not heard of yet.
    Thread.join(thread)
    return Thread.get_result(thread)


class _AsyncResults:
    """What `async for` goes over."""

    def __init__(self, thread):
        self.thread = thread
        self.end_of_turn = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        import asyncio

        thread = self.thread
        _check_can_be_awaited(thread, "results of thread")
        record = _read_by(thread, "next_result()")
        # The other tasks are given their turn where there is always a next result.
        if _now_us() > self.end_of_turn:
            await asyncio.sleep(0)
            self.end_of_turn = _now_us() + _TURN_US
        while (item := _poll_result(thread, record)) is _NOTHING:
            await _result_arrives(thread, record)
        if item is not _END:
            return item
        _raise_failure(thread)
        raise StopAsyncIteration


def _poll_result(thread, record):
    """The next result; _NOTHING: there is none yet. In the owner thread it also delivers what is pending."""
    if record.taken:
        return record.taken.popleft()
    is_over = thread._is_over()  # first: then what was published before the end is there
    address = _next_result_silently(hash(thread), 0, None)
    if address:
        return _unpacked(_adopt(address))
    return _END if is_over else _NOTHING


async def _result_arrives(thread, record):
    """A helper waits in its place, and leaves the result that comes in the record, where the next reader looks first."""
    import asyncio

    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def finish():
        if not future.done():
            future.set_result(None)

    def wait(_helper, *_data):
        address = _next_result_silently(hash(thread), _UNTIL_IT_ENDS, None)
        if address:
            record.taken.append(_unpacked(_adopt(address)))
        try:
            loop.call_soon_threadsafe(finish)
        except RuntimeError:
            pass  # the loop was closed: nobody waits any more

    helper = _Base.new("MyThread helper", wait)
    _Base.set_daemon(helper, True)
    _Base.start(helper)
    try:
        await future
    finally:
        # Nobody else shall read what comes after the result that it has: its wait ends at once.
        _Base.cancel(helper)
        _join_silently(hash(helper), _UNTIL_IT_ENDS, None)
    # In the owner thread: what was said before the result is delivered before it.
    _join_silently(hash(thread), 0, None)


# --- fork and exit ----------------------------------------------------------------


class _Exit:
    """The end of the interpreter. The library's own handler waits for threads when there is no interpreter left to run them, so
    they are waited for here, before that: where threading waits for its own."""

    def __init__(self):
        self.has_begun = False
        self.was_interrupted = False

    def members(self):
        group = _BaseGroup.get_default()
        current = _Base.get_current()
        return [thread for thread in _BaseGroup.enumerate(group)
                if thread is not current and not _Base.get_daemon(thread)]

    def wait_at_exit(self):
        """After threading has waited, and told its executors to end: also for those of its threads that ours have started since."""

        def pythons():
            # Where threading was first imported by another thread, it takes that one for the main thread, and for alive.
            known = (_python.main_thread(), _python.current_thread())
            return [thread for thread in _python.enumerate()
                    if not (thread.daemon or isinstance(thread, _python._DummyThread) or thread in known)]

        try:
            self.wait(pythons)
        finally:
            with _told_lock:
                told = list(_told)
            for thread in told:
                _Base.dup_error(thread)

    def wait(self, more=list):
        self.has_begun = True
        if self.was_interrupted:
            return
        try:
            while threads := self.members() + more():
                for thread in threads:
                    thread.join() if isinstance(thread, _python.Thread) else Thread.join(thread)
            threads = thread = None
            _Watcher.stop()
        except BaseException:
            # Ctrl-C: nobody waits for them any more, as in Python. Those that look at it can end by themselves.
            self.was_interrupted = True
            _BaseGroup.cancel(_BaseGroup.get_default())
            if sys.version_info >= (3, 14):
                # A thread that comes back to Python when that is being taken down stands still for ever, where it was ended
                # before, and exit() would wait for it: so they get some time for that.
                deadline = _now_us() + _GRACE_US
                for thread in self.members():
                    _join_in_slices(thread, max(0, deadline - _now_us()))
            raise


_exit = _Exit()


def _join_main(limit_us):
    """Another thread waits for the main one, which ends, for this, when the interpreter begins to shut down."""
    deadline = _deadline_in(limit_us)
    while not _exit.has_begun and _Base.is_alive(_main_in_python):
        left = _slice_before(deadline, _now_us())
        try:
            _Base.join_timeout(_main_in_python, left)
        except GLib.Error as error:
            if not _is_code(error, _Code.TIMED_OUT) or (deadline is not None and _now_us() >= deadline):
                raise


# Python 3.13 and later let go of the stand-ins of the threads that are gone, in the child of a fork(), before the lock of the
# list of threads is made anew, and each of them takes that lock, which a thread that is gone may have. The list is made anew as
# well, so nothing is lost if they do not.
_process = [os.getpid()]

if hasattr(_python, "_DeleteDummyThreadOnDel"):
    _let_stand_in_go = _python._DeleteDummyThreadOnDel.__del__

    def _let_stand_in_go_at_home(self, let_go=_let_stand_in_go, getpid=os.getpid, process=_process):
        if getpid() == process[0]:
            let_go(self)

    _python._DeleteDummyThreadOnDel.__del__ = _let_stand_in_go_at_home
else:
    _let_stand_in_go = None


def _after_fork_in_child():
    global _main_in_python, _told_lock
    _process[0] = os.getpid()
    if _let_stand_in_go is not None and _let_stand_in_go.__defaults__:
        # Python 3.14 keeps the lock for them, the one of before.
        _let_stand_in_go.__defaults__ = (_python._active_limbo_lock, _python._active)
    _main_in_python = _Base.get_main()
    _told_lock = _thread.allocate_lock()
    _record(_main_in_python)
    _Watcher.forget_in_child()


os.register_at_fork(after_in_child=_after_fork_in_child)

# Where threading does it, and, for threads that were started since, after that.
if hasattr(_python, "_register_atexit"):
    try:
        _python._register_atexit(_exit.wait)
    except RuntimeError:
        pass  # imported while the interpreter shuts down
atexit.register(_exit.wait_at_exit)


# --- The rest of threading ----------------------------------------------------------

# Locks and the like are Python's own: they work in all threads. (They are no waits of the library: cancel() does not wake from
# them.) settrace() and setprofile() act on our threads, too.

_default_stack_size = 0


def stack_size(size=0, /):
    """Sets the size in bytes of the stacks of the threads that are made from now on, Python's own too; 0: the system's default.
    Returns what it was. (As in threading, stack_size() sets it to 0.)"""
    global _default_stack_size
    before = _python.stack_size(size)
    _default_stack_size = size
    return before


def currentThread():
    """current_thread(), as programs called it before Python 2.6."""
    _warn("currentThread()", "use current_thread()")
    return current_thread()


def activeCount():
    """active_count(), as programs called it before Python 2.6."""
    _warn("activeCount()", "use active_count()")
    return active_count()


__all__ += ["activeCount", "currentThread"]

for _name in _python.__all__:
    if _name not in globals():
        globals()[_name] = getattr(_python, _name)
        __all__.append(_name)
del _name
