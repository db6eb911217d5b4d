# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MyThread in place of threading for the whole process."""

import _thread
import sys
import threading as _python

from . import process, pythons
from .library import OVERRIDES, Base
from .thread import Thread
from .timer import Timer


def current_thread():
    """The calling thread: never None, whoever made it."""
    python = pythons.active().get(_thread.get_ident())
    if _is_pythons(python):
        return python
    return process.current_thread()


def enumerate():
    """The threads that are alive: ours, and those of Python's classes that were subclassed before."""
    ours = process.enumerate()
    others = [thread for thread in pythons.enumerate() if _is_pythons(thread)]
    idents = {thread.ident for thread in others}
    return [thread for thread in ours if Base.get_ident(thread) not in idents] + others


def active_count():
    """How many threads are alive, with the main one."""
    return len(enumerate())


def _is_pythons(thread):
    """Whether it is one of Python's own, and no stand-in; the main thread is ours."""
    return isinstance(thread, pythons.Thread) and not isinstance(thread, (pythons.DummyThread, pythons.MainThread))


class _Kind(type):
    """Programs ask isinstance (thread, threading._MainThread), and threading itself makes one after a fork()."""

    def __instancecheck__(cls, thread):
        return type.__instancecheck__(cls, thread) or cls.has(thread)


class _MainThread(pythons.MainThread, metaclass=_Kind):
    @staticmethod
    def has(thread):
        return thread is process.process.main or isinstance(thread, pythons.MainThread)


class _DummyThread(pythons.DummyThread, metaclass=_Kind):
    @staticmethod
    def has(thread):
        if isinstance(thread, Base):
            return thread is not process.process.main and Base.dup_name(thread).startswith("Foreign-")
        return isinstance(thread, pythons.DummyThread)


def _set_native_id(thread):
    """multiprocessing calls it in a child. The library knows the number."""


_NEW = {
    "Thread": Thread,
    "Timer": Timer,
    "_MainThread": _MainThread,
    "_DummyThread": _DummyThread,
    "active_count": active_count,
    "activeCount": process.deprecated("activeCount", active_count),
    "current_thread": current_thread,
    "currentThread": process.deprecated("currentThread", current_thread),
    "enumerate": enumerate,
    "main_thread": process.main_thread,
    "stack_size": process.stack_size,
}


def _is_ours(module):
    return module.__name__ == "threading" or module.__name__.startswith((OVERRIDES, "gi."))


def install():
    """Puts the threads of this library in place of those of threading, for all of the process; a second time does nothing.

    Modules that have said `from threading import Thread` before get the new one, too; what has subclassed the old one stays as it is. Call
    it before other modules are imported, or run the program by `python3 -m mythread PROGRAM`.
    """
    if _python.Thread is Thread:
        return
    replaced = {id(getattr(_python, name)): new for name, new in _NEW.items() if hasattr(_python, name)}
    kept = [getattr(_python, name) for name in _NEW if hasattr(_python, name)]  # so that no id is another's
    Thread._set_native_id = _set_native_id
    for name, new in _NEW.items():
        if hasattr(_python, name):
            setattr(_python, name, new)
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", None) is None or _is_ours(module):
            continue
        for name, value in list(vars(module).items()) if hasattr(module, "__dict__") else ():
            if id(value) in replaced and any(value is old for old in kept):
                setattr(module, name, replaced[id(value)])
