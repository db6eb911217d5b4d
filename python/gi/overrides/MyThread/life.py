# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How a thread starts, is waited for, and ends: as functions, which no method of a subclass replaces."""

import _thread
import sys
import time

from gi.repository import GLib

from .clock import microseconds
from .errors import as_error, is_code, life_error, set_traceback, traceback_of
from .library import NOTHING, Base, Code, State
from .metaclass import find_run
from .process import join_main, process
from .records import assert_initialised, check_initialised, is_initialised, is_over, record_of
from .running import keep_result
from .waiting import address_of, in_main_thread, join_in_slices, report_success


def start(thread):
    check_initialised(thread, "thread.__init__() not called")
    if Base.get_state(thread) == State.NEW:
        # Where the class has an attribute of this name, as in threading.
        daemon = bool(thread.daemon)
        if daemon != Base.get_daemon(thread):
            Base.set_daemon(thread, daemon)
    begun = _lock_for_begin(thread)
    try:
        Base.start(thread)
    except GLib.Error as error:
        if is_code(error, Code.ALREADY_STARTED):
            raise life_error("threads can only be started once", error.code) from None
        if is_code(error, Code.NO_RESOURCES):
            raise life_error("can't start new thread", error.code) from error
        raise
    if begun is not None:
        _wait_for_begin(thread, begun)


# How often start() looks whether the thread has ended without a run(), and how long it waits at most for one that
# the system lets stand.
_LOOK_S = 0.01
_PATIENCE = 500


def _lock_for_begin(thread):
    """As in threading, a thread has begun when start() returns, if it has an OS thread of its own. None: nobody waits for that."""
    record = record_of(thread)
    if (not record.made_here or sys.is_finalizing() or Base.dup_executor(thread) is not None
            or "__info__" in vars(find_run(type(thread))[0]) or Base.get_state(thread) != State.NEW):
        return None
    if record.begun is None:  # otherwise another thread starts it, too, or it was refused
        begun = _thread.allocate_lock()
        begun.acquire()
        record.begun = begun
    return record.begun


def _wait_for_begin(thread, begun):
    for _ in range(_PATIENCE):
        # Queued in its group; or cancelled before it began; or there is no interpreter to run it any more.
        if Base.get_state(thread) != State.RUNNING or sys.is_finalizing() or begun.acquire(timeout=_LOOK_S):
            return


def join(thread, timeout=None):
    """Waits until the thread has ended, or for timeout seconds. Says nothing of how it ended."""
    check_initialised(thread)
    limit_us = microseconds(timeout)
    if Base.get_current() is thread:
        raise life_error("cannot join current thread", Code.DEADLOCK)
    if Base.get_state(thread) == State.NEW:
        raise life_error("cannot join thread before it is started", Code.NOT_STARTED)
    try:
        if thread is process.main:
            join_main(limit_us)
        elif not in_main_thread():
            Base.join_timeout(thread, limit_us)
        elif join_in_slices(thread, limit_us) is None:
            Base.join_timeout(thread, 1)  # says why
    except GLib.Error as error:
        # That the thread failed is no failure of the wait; nor is it that it did not end in time.
        if not (is_over(thread) or is_code(error, Code.TIMED_OUT)):
            raise


def get_result(thread):
    """What it returned; raises what it raised, or why there is no result yet."""
    check_initialised(thread)
    record = record_of(thread)
    if not is_over(thread):
        return Base.get_result(thread)  # raises why there is none
    if record.exception is not None:
        try:
            set_traceback(record.exception, record.trace)
            raise record.exception
        finally:
            thread = record = None  # its traceback knows this frame
    if record.result is not NOTHING and Base.get_state(thread) == State.SUCCEEDED:
        return record.result  # PyGObject would make it anew of what the library has
    value = Base.get_result(thread)
    return value[-1] if isinstance(value, tuple) else value


def report_end(thread, result, error):
    check_initialised(thread)
    record = record_of(thread)
    if error is not None:
        if not isinstance(error, GLib.Error):
            record.exception = error
            record.trace = traceback_of(error)
        Base.report_end(thread, None, as_error(error))
        return
    if result is not None:
        keep_result(thread, record, result)
    report_success(address_of(thread), None, None)


def get_exception(thread):
    """What it let out, or the error that it ended with otherwise; None before the end, and where there is none."""
    error = record_of(thread).exception
    if error is None and is_initialised(thread) and is_over(thread):
        error = Base.dup_error(thread)
    return error


def number_when_it_runs(thread, get):
    """What get(thread) gives; None before it runs."""
    assert_initialised(thread)
    number = get(thread)
    # start() does not wait until the OS thread is there. One that asks would have to know that; so this waits.
    while number == 0 and Base.get_state(thread) == State.RUNNING and Base.dup_executor(thread) is None:
        time.sleep(0.00001)
        number = get(thread)
    return number or None
