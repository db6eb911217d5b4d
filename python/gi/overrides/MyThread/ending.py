# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The end of the interpreter, and the child of a fork()."""

import atexit
import os
import sys
import threading as _python

from . import pythons
from .awaiting import Watcher
from .clock import now_us
from .library import Base, BaseGroup
from .life import join
from .process import process
from .records import record_of, told
from .waiting import join_in_slices

GRACE_US = 1_000_000


class Ending:
    """The end of the interpreter. The library's own handler waits for threads when there is no interpreter left to run them, so
    they are waited for here, before that: where threading waits for its own."""

    def __init__(self):
        self.was_interrupted = False

    def members(self):
        group = BaseGroup.get_default()
        current = Base.get_current()
        return [thread for thread in BaseGroup.enumerate(group)
                if thread is not current and not Base.get_daemon(thread)]

    def wait_at_exit(self):
        """After threading has waited, and told its executors to end: also for those of its threads that ours have started since."""

        def others():
            # Where threading was first imported by another thread, it takes that one for the main thread, and for alive.
            known = (pythons.main_thread(), pythons.current_thread())
            return [thread for thread in pythons.enumerate()
                    if not (thread.daemon or isinstance(thread, pythons.DummyThread) or thread in known)]

        try:
            self.wait(others)
        finally:
            for thread in told.all():
                Base.dup_error(thread)

    def wait_for(self, more):
        while threads := self.members() + more():
            for thread in threads:
                thread.join() if isinstance(thread, pythons.Thread) else join(thread)

    def wait(self, more=list):
        process.is_ending = True
        if self.was_interrupted:
            return
        try:
            self.wait_for(more)
            Watcher.stop()
        except BaseException:
            self.was_interrupted = True
            self.let_them_end()
            raise

    def let_them_end(self):
        """Ctrl-C: the threads are asked to end, and have the time for it, until the next Ctrl-C; then nobody waits for them any
        more, as in Python. (There those of threading would not be asked, and so they are not waited for.)"""
        BaseGroup.cancel(BaseGroup.get_default())
        try:
            self.wait_for(list)
            Watcher.stop()
        except BaseException:
            if sys.version_info >= (3, 14):
                # A thread that comes back to Python when that is being taken down stands still for ever, where it was ended
                # before, and exit() would wait for it: so they get some time for that.
                deadline = now_us() + GRACE_US
                for thread in self.members():
                    join_in_slices(thread, max(0, deadline - now_us()))


ending = Ending()


# Python 3.13 and later let go of the stand-ins of the threads that are gone, in the child of a fork(), before the lock of the
# list of threads is made anew, and each of them takes that lock, which a thread that is gone may have. The list is made anew as
# well, so nothing is lost if they do not.
if hasattr(_python, "_DeleteDummyThreadOnDel"):
    _let_stand_in_go = _python._DeleteDummyThreadOnDel.__del__

    def _let_stand_in_go_at_home(self, let_go=_let_stand_in_go, getpid=os.getpid, process=process):
        if getpid() == process.pid:
            let_go(self)

    _python._DeleteDummyThreadOnDel.__del__ = _let_stand_in_go_at_home
else:
    _let_stand_in_go = None


def _make_main_python_thread():
    """A thread of ours has forked: threading takes its stand-in for the main thread, of which it expects more at the end."""
    if not isinstance(pythons.main_thread(), pythons.DummyThread):
        return  # from Python 3.13 on it makes one of it
    shadow = record_of(process.main).shadow
    if shadow is not None:
        shadow.python = None
    name = pythons.main_thread().name
    pythons.active().clear()
    _python._main_thread = pythons.MainThread()
    _python._main_thread.name = name


def _after_fork_in_child():
    process.find_main()
    _make_main_python_thread()
    if _let_stand_in_go is not None and _let_stand_in_go.__defaults__:
        # Python 3.14 keeps the lock for them, the one of before.
        _let_stand_in_go.__defaults__ = (_python._active_limbo_lock, _python._active)
    told.after_fork_in_child()
    Watcher.forget_in_child()


os.register_at_fork(after_in_child=_after_fork_in_child)


# Where threading does it, and, for threads that were started since, after that.
if hasattr(_python, "_register_atexit"):
    try:
        _python._register_atexit(ending.wait)
    except RuntimeError:
        pass  # imported while the interpreter shuts down
atexit.register(ending.wait_at_exit)
