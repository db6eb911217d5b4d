# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The threads of the process."""

import _thread
import os
import warnings

from gi.repository import GLib

from . import pythons
from .clock import deadline_in, now_us, slice_before
from .errors import is_code
from .library import Base, Code
from .records import record_of


def acquaint(thread):
    """The first time that Python sees a thread it did not make."""
    record_of(thread)
    python = pythons.active().get(_thread.get_ident())
    if python is not None and not isinstance(python, pythons.DummyThread) and Base.dup_name(thread).startswith("Foreign-"):
        Base.set_name(thread, python.name)


def current_thread():
    """The calling thread: never None, whoever made it."""
    thread = Base.get_current()
    if "_mythread" not in thread.__dict__:
        acquaint(thread)
    return thread


class _Process:
    """What changes in the child of a fork(), and at the end."""

    def __init__(self):
        self.pid = os.getpid()
        self.main = None
        self.is_ending = False

    def find_main(self):
        """At first when Thread is there: what PyGObject has made of an object stays what it is."""
        self.pid = os.getpid()
        self.main = Base.get_main()
        record_of(self.main)


process = _Process()


def main_thread():
    """The thread that the process began with; after a fork, the one that forked."""
    return process.main


def active_count():
    """How many threads are alive, with the main one."""
    return Base.active_count()


def enumerate():
    """The threads that are alive."""
    return list(Base.enumerate())


def inherited_daemon():
    thread = current_thread()
    if not record_of(thread).made_here:
        python = pythons.active().get(_thread.get_ident())
        if python is not None:
            return python.daemon
    return Base.get_daemon(thread)


def join_main(limit_us):
    """Another thread waits for the main one, which ends, for this, when the interpreter begins to shut down."""
    deadline = deadline_in(limit_us)
    while not process.is_ending and Base.is_alive(process.main):
        left = slice_before(deadline, now_us())
        try:
            Base.join_timeout(process.main, left)
        except GLib.Error as error:
            if not is_code(error, Code.TIMED_OUT) or (deadline is not None and now_us() >= deadline):
                raise


class _Stacks:
    size = 0


def stack_size(size=0, /):
    """Sets the size in bytes of the stacks of the threads that are made from now on, Python's own too; 0: the system's default.
    Returns what it was. (As in threading, stack_size() sets it to 0.)"""
    before = pythons.stack_size(size)
    _Stacks.size = size
    return before


def new_stack_size():
    """Of the threads that are made from now on; 0: the system's default."""
    return _Stacks.size


def warn_deprecated(old, new):
    warnings.warn(f"{old} is deprecated, {new} instead", DeprecationWarning, stacklevel=3)


def deprecated(name, function):
    """The function by the name that it had before Python 2.6."""

    def call():
        warn_deprecated(f"{name}()", f"use {function.__name__}()")
        return function()

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"{function.__name__}(), as programs called it before Python 2.6."
    return call


currentThread = deprecated("currentThread", current_thread)
activeCount = deprecated("activeCount", active_count)
