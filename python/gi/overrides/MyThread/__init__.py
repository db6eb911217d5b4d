# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MyThread as Python's threading.

In a program that uses threading, change the line of the import::

    from gi.repository import MyThread as threading

and Thread, Timer, current_thread() and the rest are this library's: GObjects, with signals, progress,
cancellation and groups, that start, join, fail and end as Python's own do. python/README.md has the differences.

How it is made: a module for each subject, and each uses only those above it in this list:

    library, pythons, clock, errors, records, shadows, publishing, running, waiting, process, metaclass,
    life, results, owner, awaiting, thread, resultlist, timer, classes, executors, pool, ending,
    install

The class Thread below is what Python sees of every MyThread, also of those made in C; it adds nothing to their
GType. What is made in Python has a GType whose run() is Python's: `metaclass` says which.
"""

import threading as _python

from .classes import LoopThread, ThreadGroup
from .ending import ending as _ending
from .errors import ThreadError
from .executors import Executor, parallel_for, parallel_invoke
from .install import install
from .library import PYTHON_EXCEPTION
from .pool import ThreadPool
from .process import activeCount, active_count, currentThread, current_thread, enumerate, main_thread, stack_size
from .running import __excepthook__, excepthook
from .thread import Thread
from . import resultlist as _resultlist
from .timer import Timer

__all__ = ["Executor", "LoopThread", "PYTHON_EXCEPTION", "Thread", "ThreadError", "ThreadGroup", "ThreadPool",
           "Timer", "__excepthook__", "activeCount", "active_count", "currentThread", "current_thread", "enumerate",
           "excepthook", "install", "main_thread", "parallel_for", "parallel_invoke", "stack_size"]

# The rest of threading. Locks and the like are Python's own: they work in all threads. (They are no
# waits of the library: cancel() does not wake from them.) settrace() and setprofile() act on our
# threads, too.
for _name in _python.__all__:
    if _name not in globals():
        globals()[_name] = getattr(_python, _name)
        __all__.append(_name)
del _name
