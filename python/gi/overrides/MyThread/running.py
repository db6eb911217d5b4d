# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What one of our threads does in Python: everything is done in supervise()."""

import os
import sys
import threading as _python

from gi.repository import GLib, GObject

from .errors import as_error, is_cancellation, set_traceback, traceback_of
from .library import Base, module
from .publishing import publish_what_it_yields
from .records import record_of, told
from .shadows import Shadow


def excepthook(args, /):
    """What is done with an exception that run() let out: by default what Python's threading.excepthook does, so that programs
    that set that one hear of our threads, too."""
    hook = _python.excepthook
    (_python.__excepthook__ if hook is None else hook)(args)


__excepthook__ = _python.__excepthook__

# Where these modules are.
_DIRECTORY = os.path.dirname(__file__)


def call_excepthook(thread, error):
    """As threading does. It always returns: where nothing can be printed, and the hooks themselves fail, nothing is."""
    try:
        _call_excepthook(thread, error)
    except SystemExit:
        pass
    except BaseException as unraisable:
        _Unraisable(unraisable)


class _Unraisable:
    """Python says of an exception that it is ignored where there is nobody to raise it to: an object that goes has nobody."""

    def __init__(self, error):
        self.error = error

    def __del__(self):
        raise self.error


def _call_excepthook(thread, error):
    hook = getattr(module, "excepthook", None)
    try:
        (excepthook if hook is None else hook)(_python.ExceptHookArgs([type(error), error, traceback_of(error), thread]))
    except Exception as failure:
        failure.__suppress_context__ = True
        stderr = sys.stderr if sys.stderr is not None else getattr(thread, "_stderr", None)
        if stderr is not None:
            print("Exception in threading.excepthook:", file=stderr, flush=True)
        sys.excepthook(*sys.exc_info())


def is_told_by_caller(thread):
    """Whether nobody has told of the exception, and nobody else will."""
    try:
        record_of(thread).untold.pop()
    except IndexError:
        return False
    return True


def tell(thread, error):
    """Tells the hook, once. It is not told of an exception that is raised where the thread is awaited."""
    if is_told_by_caller(thread):
        call_excepthook(thread, error)


def drop_own_frames(error):
    """The traceback begins where the program's own code does."""
    first = traceback_of(error)
    while first is not None and first.tb_frame.f_code.co_filename.startswith(_DIRECTORY):
        first = first.tb_next
    if first is not None:
        set_traceback(error, first)


def _let_go_of(thread, trace):
    """The exception is kept with its thread, and its frames, which have all returned, would keep the thread: those that know it are
    emptied. So the thread, and what it worked on, goes with its last reference, without the collector."""
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_code.co_filename.startswith(_DIRECTORY) or any(value is thread for value in frame.f_locals.values()):
            try:
                frame.clear()
                frame.f_locals  # before Python 3.13 a copy, made above: it is brought up to date
            except RuntimeError:
                pass  # a generator that goes on, or supervise() itself, which empties its own
        trace = trace.tb_next
        frame = None


def _is_c_string(value):
    if type(value) is not str or "\0" in value:
        return False
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def keep_result(thread, record, value):
    record.result = value
    # A C program can read the simple ones. The others stay in Python alone, where the garbage collector sees them.
    kind = type(value)
    if kind is bool or kind is float:
        Base.set_result(thread, value)
    elif kind is int and -(1 << 63) <= value < 1 << 63:
        fits = -(1 << 31) <= value < 1 << 31
        Base.set_result(thread, GObject.Value(GObject.TYPE_INT if fits else GObject.TYPE_INT64, value))
    elif kind is GLib.Variant or _is_c_string(value):
        Base.set_result(thread, value)
    elif kind is list and all(_is_c_string(item) for item in value):
        Base.set_result(thread, GObject.Value(GObject.TYPE_STRV, value))


def _fail(thread, record, error):
    """What run() let out: returns the error to end with."""
    if is_cancellation(error) and Base.is_cancelled(thread):
        return as_error(error)
    whole = traceback_of(error)
    drop_own_frames(error)
    # threading's hook is told of SystemExit, too, and is silent.
    is_failure = record.is_told_elsewhere or not issubclass(type(error), SystemExit)
    if is_failure:
        record.exception = error
        record.trace = traceback_of(error)
        told.add(thread)
    failure = as_error(error) if is_failure else None
    if not record.is_told_elsewhere:
        record.untold.append(True)
        if not (is_failure and record.awaiting):
            tell(thread, error)
    _let_go_of(thread, whole)
    return failure


def supervise(thread, body, *args):
    """Everything that one of our threads does in Python is done in here."""
    record = record_of(thread)
    if record.is_running:
        # A do_run() that calls its parent class's.
        return publish_what_it_yields(thread, body(thread, *args))

    failure = None
    try:
        record.is_running = True
        try:
            record.shadow = Shadow(thread)
            # What programs ask of threading (a debugger does) is meant for all threads.
            if _python.getprofile() is not None:
                sys.setprofile(_python.getprofile())
            if _python.gettrace() is not None:
                sys.settrace(_python.gettrace())
            begun, record.begun = record.begun, None
            if begun is not None:
                begun.release()
            value = publish_what_it_yields(thread, body(thread, *args))
            if value is not None:
                keep_result(thread, record, value)
            value = None
        except BaseException as error:
            failure = _fail(thread, record, error)
        finally:
            if record.shadow is not None:
                record.shadow.remove()
                record.shadow = None
    except BaseException as error:
        # What fails on the way makes no success of a failure: it is one.
        if failure is None:
            if record.exception is None:
                record.exception, record.trace = error, traceback_of(error)
            failure = as_error(record.exception)
    args = body = thread = record = None
    try:
        if failure is not None:
            raise failure
    finally:
        failure = None  # its traceback knows this frame
    return None


def called_by_the_library(function):
    """For a function that the library calls on any thread, and that has no thread object to keep what it raises: the hook is told.
    SystemExit ends the function, as it ends a thread. (PyGObject would print the one, and end the process for the other.)"""

    def call(*data):
        try:
            function(*data)
        except BaseException as error:
            drop_own_frames(error)
            call_excepthook(Base.get_current(), error)

    return call


def supervised(function):
    """A MyThreadFunc in Python."""

    def call(thread, *data):
        try:
            supervise(thread, function, *data)
        finally:
            thread = data = None

    return call


def call_run(thread):
    return thread.run()


def do_run(self):
    try:
        supervise(self, call_run)
    finally:
        self = None  # the exception that is kept knows this frame


def wrap_do_run(function):
    def do_run(self):
        try:
            return supervise(self, function)
        finally:
            self = None

    do_run.__wrapped__ = function
    return do_run
