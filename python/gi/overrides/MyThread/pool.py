# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ThreadPool as an executor of concurrent.futures."""

import collections
import concurrent.futures as _futures
import itertools
import time
import types

from gi.overrides import override
from gi.repository import Gio, GLib

from . import life
from .awaiting import Watcher
from .clock import SLICE_US
from .errors import as_name, is_code
from .library import OVERRIDES, Base, Code, introspected
from .records import is_over, record_of
from .running import called_by_the_library
from .thread import Thread
from .waiting import in_main_thread

_Pool = introspected.ThreadPool
_DRAIN = introspected.ShutdownMode.DRAIN


class Future(_futures.Future):
    """What becomes of a call: `thread` is the thread that makes it, or that would have."""

    def __init__(self):
        super().__init__()
        self.thread = None
        self._is_claimed = False

    def _claim(self):
        """Whether the caller is the first that wants to run it, or to tell those that wait of its end."""
        with self._condition:
            was_claimed, self._is_claimed = self._is_claimed, True
        return not was_claimed

    def _end_cancelled(self):
        if self._claim():
            super().cancel()
            self.set_running_or_notify_cancel()
            self.thread.__dict__.pop("_target", None)

    def cancel(self):
        """As there: what runs is not cancelled. `thread.cancel()` asks that to end."""
        if not super().cancel():
            return False
        Base.cancel(self.thread)
        self._end_cancelled()
        return True

    def _help(self, timeout):
        """On another thread than the main one the wait is a join, which takes up no place in a pool.
        Returns the time that is left."""
        if self.done() or in_main_thread():
            return timeout
        end = None if timeout is None else time.monotonic() + timeout
        life.join(self.thread, timeout)
        if is_over(self.thread):
            return None
        return None if end is None else max(0, end - time.monotonic())

    def result(self, timeout=None):
        """What the function returned; raises what it raised, CancelledError, or TimeoutError after timeout seconds."""
        return super().result(self._help(timeout))

    def exception(self, timeout=None):
        """What the function raised, or None; raises CancelledError, or TimeoutError after timeout seconds."""
        return super().exception(self._help(timeout))


def _call(future, func, args, kwargs):
    """The target of the thread."""
    if not future._claim() or not future.set_running_or_notify_cancel():
        return None
    try:
        value = func(*args, **kwargs)
    except BaseException as error:
        future.set_exception(error)
        raise
    future.set_result(value)
    # A generator is not run here: it is the result, as there.
    return None if isinstance(value, types.GeneratorType) else value


@override
class ThreadPool(_Pool):
    """An executor with a number of OS threads.

    ThreadPool(max_workers=None, thread_name_prefix="", **properties): what ThreadPoolExecutor takes, and the properties of the
    GObject, as keywords (max_threads, name, ...). `with pool:` ends with shutdown().
    """

    __module__ = OVERRIDES

    def __init__(self, max_workers=None, thread_name_prefix="", **properties):
        if max_workers is not None:
            if max_workers <= 0:
                raise ValueError("max_workers must be greater than 0")
            properties["max_threads"] = max_workers
        if thread_name_prefix:
            properties["name"] = as_name(thread_name_prefix)
        super().__init__(**properties)

    def __enter__(self):
        return self

    def __exit__(self, _kind, _error, _traceback):
        self.shutdown()
        return False

    def submit(self, func, /, *args, **kwargs):
        """Has func(*args, **kwargs) called by a thread of the pool, and returns a concurrent.futures.Future with a `thread`.

        With a thread as only argument: runs that one, and returns True.
        """
        if isinstance(func, Base) and not callable(func):
            return _Pool.submit(self, func, *args, **kwargs)
        if not callable(func):
            raise TypeError(f"{func!r} is not callable")
        future = Future()
        name = getattr(func, "__name__", None)
        future.thread = thread = Thread(target=_call, args=(future, func, args, kwargs), executor=self, daemon=False,
                                        name=name if isinstance(name, str) else None)
        record_of(thread).is_told_elsewhere = True
        thread.start()
        if not is_over(thread):
            # It may be cancelled before it begins.
            Watcher.get().watch(thread, Gio.Cancellable(), future._end_cancelled)
        else:
            future._end_cancelled()
        return future

    def push(self, func, *args):
        """Has func(*args) called on one of the pool's OS threads. If it is dropped, or refused, nothing of it is kept."""
        if not callable(func):
            raise TypeError(f"{func!r} is not callable")
        task = [func, args]

        @called_by_the_library
        def run(*_data):
            func, args = task
            task.clear()
            func(*args)

        try:
            # Not the library's push(), which PyGObject lets go of only when it is called.
            _Pool.push_full(self, run)
        except BaseException:
            # Refused: PyGObject keeps what it has made of run().
            task.clear()
            raise

    def map(self, func, *iterables, timeout=None, chunksize=1, buffersize=None):
        """The results of func(a, b, ...) for each of zip(*iterables), in their order. No more than
        buffersize of them are submitted and not fetched yet."""
        if buffersize is not None and not isinstance(buffersize, int):
            raise TypeError("buffersize must be an integer or None")
        if buffersize is not None and buffersize < 1:
            raise ValueError("buffersize must be None or > 0")
        end = None if timeout is None else time.monotonic() + timeout
        calls = zip(*iterables)
        futures = collections.deque(self.submit(func, *args) for args in itertools.islice(calls, buffersize))

        def results():
            try:
                while futures:
                    if buffersize is not None and (args := next(calls, None)) is not None:
                        futures.append(self.submit(func, *args))
                    future = futures[0]
                    value = future.result(None if end is None else end - time.monotonic())
                    futures.popleft()
                    del future
                    yield value
                    del value
            finally:
                for future in futures:
                    future.cancel()

        return results()

    def shutdown(self, mode=_DRAIN, *, wait=True, cancel_futures=False):
        """Accepts nothing more, and waits until what is queued was run. ShutdownMode.CANCEL cancels all instead.

        wait and cancel_futures are those of concurrent.futures, and the second also cancels what runs.
        Ctrl-C ends the wait in the main thread.
        """
        # ThreadPoolExecutor.shutdown(False): its first argument is `wait`.
        if isinstance(mode, bool):
            mode, wait = _DRAIN, mode
        if cancel_futures:
            mode = introspected.ShutdownMode.CANCEL
        if wait and not in_main_thread():
            return _Pool.shutdown(self, mode)
        while True:
            try:
                return _Pool.shutdown_timeout(self, mode, SLICE_US if wait else 0)
            except GLib.Error as error:
                if not is_code(error, Code.TIMED_OUT):
                    raise
                if not wait:
                    return False
