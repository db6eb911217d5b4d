# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is kept of a thread, besides what the library keeps."""

import _thread
import collections
import weakref

from .errors import as_name
from .library import NOTHING, Base, State


class Record:
    """In the attribute `_mythread` of each thread: the one name that the attributes of a subclass must leave alone."""

    __slots__ = ("result", "exception", "trace", "is_running", "shadow", "made_here", "reader", "taken", "name",
                 "is_told_elsewhere", "begun", "awaiting", "untold")

    def __init__(self, made_here=False):
        self.result = NOTHING
        self.exception = None
        self.trace = None  # its traceback as it was at the end: each time that it is raised it gets longer
        self.is_running = False
        self.shadow = None
        self.made_here = made_here
        self.is_told_elsewhere = False  # whether what it raises is not for the hook
        self.begun = None  # a lock that is released when run() begins, while start() waits for that
        self.awaiting = []  # an item for each `await` that goes on
        self.untold = []  # an item, which is taken by the one that tells of the exception
        self.name = None  # as it was given, and as it is in C, where these differ
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


def assert_initialised(thread):
    """An AssertionError where threading gives one."""
    if not is_initialised(thread):
        raise AssertionError("Thread.__init__() not called")


def is_over(thread):
    """Whether it has ended."""
    return Base.get_state(thread) >= State.SUCCEEDED


def set_name(thread, name):
    """Sets the name, and keeps what C can not have of it."""
    c_name = None if name is None else as_name(name)
    Base.set_name(thread, c_name)
    record = record_of(thread)
    record.name = None if c_name == name else (Base.dup_name(thread), str(name))
    if record.shadow is not None:
        record.shadow.rename(get_name(thread))


def get_name(thread):
    c_name = Base.dup_name(thread)
    kept = record_of(thread).name
    return kept[1] if kept is not None and kept[0] == c_name else c_name


class _Told:
    """The threads that failed and are still there: the hook was told of them, so the library need not warn that nobody was."""

    def __init__(self):
        self._threads = {}  # by id: a subclass may have a hash of its own, or none
        self._lock = _thread.allocate_lock()

    def add(self, thread):
        number = id(thread)
        with self._lock:
            self._threads[number] = weakref.ref(thread, lambda _reference: self._threads.pop(number, None))

    def all(self):
        with self._lock:
            references = list(self._threads.values())
        return [thread for reference in references if (thread := reference()) is not None]

    def after_fork_in_child(self):
        self._lock = _thread.allocate_lock()


told = _Told()
