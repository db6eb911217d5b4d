# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is kept of a thread, besides what the library keeps."""

import _thread
import collections
import weakref

from .library import NOTHING, Base, State


class Record:
    """In the attribute `_mythread` of each thread: the one name that the attributes of a subclass must leave alone."""

    __slots__ = ("result", "exception", "trace", "is_running", "shadow", "made_here", "reader", "taken")

    def __init__(self, made_here=False):
        self.result = NOTHING
        self.exception = None
        self.trace = None  # its traceback as it was at the end: each time that it is raised it gets longer
        self.is_running = False
        self.shadow = None
        self.made_here = made_here
        self.reader = None  # how its results are read
        self.taken = collections.deque()  # results that the library has handed out, and nobody has got yet


def record_of(thread):
    record = thread.__dict__.get("_mythread")
    if record is None:
        record = thread.__dict__.setdefault("_mythread", Record())
        # An attribute set by name: with the first one the object and its Python side live equally long.
        thread._mythread = record
    return record


class GivesWay:
    """A read-only attribute that gives way: a program's own `self.result = ...` is an attribute as any other."""

    def __init__(self, function):
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, thread, owner=None):
        try:
            return self if thread is None else self.function(thread)
        finally:
            thread = None  # an exception of the thread's knows this frame


def is_initialised(thread):
    """Whether GObject.Object.__init__() was called."""
    try:
        return thread.__grefcount__ > 0
    except TypeError:
        return False


def check_initialised(thread, message="Thread.__init__() not called"):
    """A RuntimeError where threading gives one."""
    if not is_initialised(thread):
        raise RuntimeError(message)


def is_over(thread):
    """Whether it has ended."""
    return Base.get_state(thread) >= State.SUCCEEDED


class _Told:
    """The threads that failed and are still there: the hook was told of them, so the library need not warn that nobody was."""

    def __init__(self):
        self._threads = weakref.WeakSet()
        self._lock = _thread.allocate_lock()

    def add(self, thread):
        with self._lock:
            self._threads.add(thread)

    def all(self):
        with self._lock:
            return list(self._threads)

    def after_fork_in_child(self):
        self._lock = _thread.allocate_lock()


told = _Told()
