# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is added to the other classes of the library."""

from gi.overrides import override
from gi.repository import GLib

from .errors import as_name, is_cancellation
from .library import OVERRIDES, UNTIL_IT_ENDS, BaseGroup, introspected
from .owner import call_and_return
from .records import check_initialised
from .thread import Thread
from .waiting import join_group, join_next_silently, take_next


@override
class LoopThread(introspected.LoopThread):
    """A thread that runs a main loop on a context of its own."""

    __module__ = OVERRIDES

    def invoke(self, func, *args):
        """Calls func(*args) in the thread, waits for it, and returns what it returned, or raises what it raised."""
        check_initialised(self)
        return call_and_return(introspected.LoopThread.invoke, self, func, args)


@override
class ThreadGroup(BaseGroup):
    """A set of threads, and a list model of those that are alive. Its waits can be interrupted by Ctrl-C.

    `with group:` waits for its threads, or cancels them where the wait is cut short: it ends with join(), and raises what that
    does, but for the failures in a group with keep_finished, whose threads are taken one by one. An exception that leaves the
    block cancels the group first.
    """

    __module__ = OVERRIDES

    def __init__(self, name=None, **properties):
        if name is not None:
            properties["name"] = as_name(name)
        super().__init__(**properties)

    def __enter__(self):
        return self

    def __exit__(self, _kind, error, _traceback):
        try:
            if error is None:
                self.join()
        except GLib.Error as failure:
            if not self.get_keep_finished() or is_cancellation(failure) or self.active_count() > 0:
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
        return self.join_timeout(UNTIL_IT_ENDS)

    def join_timeout(self, timeout_us):
        """The same, for some microseconds (negative: no limit)."""
        return join_group(self, timeout_us)

    def join_next(self, timeout_us=UNTIL_IT_ENDS):
        """The next member that has ended, in the order in which they do; None: there is none left."""
        return take_next(BaseGroup.join_next, join_next_silently, self, timeout_us)
