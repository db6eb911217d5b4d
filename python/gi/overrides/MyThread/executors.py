# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Executors that are written in Python, and loops that are shared out to a pool: their functions are called by the library."""

import functools

from gi.overrides import override

from .errors import as_error
from .library import OVERRIDES, introspected
from .running import called_by_the_library, drop_own_frames
from .waiting import in_main_thread


def _with_every_refusal(function):
    """Whatever do_execute() raises is an error for start(): the thread is refused."""

    @functools.wraps(function)
    def do_execute(self, thread):
        try:
            return function(self, thread)
        except BaseException as error:
            drop_own_frames(error)
            failure = as_error(error)
        raise failure

    do_execute.tells_every_refusal = True
    return do_execute


@override
class Executor(introspected.Executor):
    """Runs threads. A class that implements it has a do_execute(self, thread), which returns True, or raises why not."""

    __module__ = OVERRIDES

    def __init_subclass__(cls, **keywords):
        super().__init_subclass__(**keywords)
        for base in cls.__mro__:
            function = vars(base).get("do_execute")
            if base is Executor or hasattr(function, "tells_every_refusal"):
                break
            if callable(function):
                cls.do_execute = _with_every_refusal(function)
                break


class _Pieces:
    """The functions of a parallel call. Ctrl-C that comes in the main thread is for the caller, when all have returned."""

    def __init__(self):
        self.interrupt = None

    def piece(self, function):
        if not callable(function):
            raise TypeError(f"{function!r} is not callable")

        @called_by_the_library
        def call(*args):
            try:
                function(*args)
            except KeyboardInterrupt as interrupt:
                if not in_main_thread():
                    raise
                self.interrupt = interrupt

        return call

    def raise_interrupt(self):
        interrupt, self.interrupt = self.interrupt, None
        if interrupt is not None:
            raise interrupt


def parallel_for(pool, begin, end, grain, body, *data):
    """Calls body(begin, end, *data) for pieces of a range, on the OS threads of a pool, and waits for them."""
    pieces = _Pieces()
    introspected.parallel_for(pool, begin, end, grain, pieces.piece(body), *data)
    pieces.raise_interrupt()


def parallel_invoke(pool, a, a_data, b, *b_data):
    """Calls a(*a_data) and b(*b_data), one of them on another OS thread of a pool if there is one, and waits for both."""
    pieces = _Pieces()
    introspected.parallel_invoke(pool, pieces.piece(a), a_data, pieces.piece(b), *b_data)
    pieces.raise_interrupt()
