# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The waits of the main thread, which lets the handlers of signals run: one helper for each kind of wait."""

import _thread
import ctypes
import os
import sys

from gi.repository import Gio, GObject

from .clock import deadline_in, now_us, slice_before
from .library import Base, BaseGroup, State
from .records import record_of


def in_main_thread():
    """Whether signals are handled here. (threading itself knows another one where it was first imported by another.)"""
    return _thread.get_native_id() == os.getpid()


# The library's waits, with no place for an error. PyGObject makes a GError an exception by calling Python code; the handler of a
# signal that came during the wait runs in that code, and what it raises (KeyboardInterrupt) is printed there, and lost.
_library = ctypes.CDLL(None)  # the typelib has loaded it
if not hasattr(_library, "my_thread_join_timeout"):
    _library = ctypes.CDLL("libmythread-1.0.so.1")
join_silently = _library.my_thread_join_timeout
join_silently.argtypes = (ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p)
join_silently.restype = ctypes.c_int
join_next_silently = _library.my_thread_group_join_next
join_next_silently.argtypes = (ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p)
join_next_silently.restype = ctypes.c_void_p
_stop_silently = _library.my_thread_group_stop
_stop_silently.argtypes = (ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p)
_stop_silently.restype = ctypes.c_int
next_result_silently = _library.my_thread_next_result
next_result_silently.argtypes = (ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p)
next_result_silently.restype = ctypes.c_void_p
_dup_error = _library.my_thread_dup_error
_dup_error.argtypes = (ctypes.c_void_p,)
_dup_error.restype = ctypes.c_void_p
_free_error = _library.g_error_free
_free_error.argtypes = (ctypes.c_void_p,)
_free_error.restype = None
# PyGObject takes no None for an error.
report_success = _library.my_thread_report_end
report_success.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
report_success.restype = None
_append = _library.g_list_store_append
_append.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
_append.restype = None
_unref = _library.g_object_unref
_unref.argtypes = (ctypes.c_void_p,)
_unref.restype = None


def address_of(thing):
    """That of the GObject: what PyGObject takes for its hash, where no subclass has a hash of its own."""
    return GObject.Object.__hash__(thing)


def join_in_slices(thread, limit_us):
    """In the main thread: waits until the thread has ended, or the limit is reached: TRUE or FALSE. None: the wait failed."""
    deadline = deadline_in(limit_us)
    while True:
        if sys.version_info >= (3, 14) and sys.is_finalizing() and record_of(thread).is_running and Base.is_alive(thread):
            # It stands still where it would go on in Python; before 3.14 it is ended there.
            raise PythonFinalizationError("cannot join thread at the interpreter's shutdown: it does not go on")
        begin = now_us()
        slice_us = slice_before(deadline, begin)
        has_succeeded = join_silently(address_of(thread), slice_us, None)
        # Here the handlers of signals run.
        if Base.get_state(thread) >= State.SUCCEEDED:
            if not has_succeeded:
                # It has failed, or the join was over before it was: then nothing has been told yet of its end.
                join_silently(address_of(thread), 0, None)
            return True
        now = now_us()
        if now - begin < slice_us:
            return None
        if deadline is not None and now >= deadline:
            return False


def join_or_raise(thread, limit_us):
    """The library's join, which lets Ctrl-C through."""
    if in_main_thread() and limit_us != 0:
        ended = join_in_slices(thread, limit_us)
        limit_us = 0 if ended is not None else 1  # 1: long enough to be told why the wait failed
    return Base.join_timeout(thread, limit_us)


def join_group(group, limit_us):
    """The same for a group. (Its own join takes the failures that it reports, so none must be lost.)"""
    if in_main_thread() and limit_us != 0:
        deadline = deadline_in(limit_us)
        while members := list(BaseGroup.enumerate(group)):
            left = -1 if deadline is None else max(0, deadline - now_us())
            if join_in_slices(members[0], left) is not True:
                limit_us = left if deadline is None else 0
                break
        else:
            limit_us = 0 if deadline is not None else limit_us
    return BaseGroup.join_timeout(group, limit_us)


def look_at_error(thread, address_of=address_of, dup_error=_dup_error, free_error=_free_error):
    """The library need not warn that nobody did. It works when Python has taken down its modules."""
    error = dup_error(address_of(thread))
    if error:
        free_error(error)


def adopt(address):
    """The GObject that is there, whose reference is taken: PyGObject itself has no such function."""
    store = Gio.ListStore.new(GObject.Object)
    _append(address_of(store), address)
    _unref(address)
    return store.get_item(0)


def _ask_in_slices(ask, ask_silently, source, limit_us, made_of):
    """A wait of the library that gives something, made_of() that, or nothing; it lets Ctrl-C through."""
    if not in_main_thread() or limit_us == 0:
        return ask(source, limit_us)
    deadline = deadline_in(limit_us)
    while True:
        begin = now_us()
        slice_us = slice_before(deadline, begin)
        given = ask_silently(address_of(source), slice_us, None)
        if given:
            return made_of(given)
        # Here the handlers of signals run.
        now = now_us()
        has_time = deadline is None or now < deadline
        if now - begin < slice_us or not has_time:
            # There is nothing left, the wait failed, or the limit is reached: it is asked once more, to be told which. (1: long
            # enough to be told why a wait failed.)
            return ask(source, 1 if has_time else 0)


def take_next(take, take_silently, source, limit_us):
    """The next of many objects. None: there is none left."""
    return _ask_in_slices(take, take_silently, source, limit_us, adopt)


def stop_group(group, limit_us):
    """The library's stop() of a group."""
    return _ask_in_slices(BaseGroup.stop, _stop_silently, group, limit_us, bool)
