# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What reaches the owner of a thread: signals, and calls."""

import functools

from gi import _gi
from gi.repository import GLib, GObject

from .library import Base
from .waiting import in_main_thread


@functools.lru_cache(maxsize=256)
def signal_named(gtype, detailed_signal):
    try:
        number, detail = GObject.signal_parse_name(detailed_signal, gtype, True)
    except ValueError:
        raise TypeError(f"{gtype.name}: unknown signal name: {detailed_signal}") from None
    query = GObject.signal_query(number)
    # By name: there may be a flag in it.
    return number, detail, [GObject.GType.from_name(kind.name) for kind in query.param_types], query.return_type != GObject.TYPE_NONE


def as_value(kind, argument, number, signal):
    value = GObject.Value(kind)
    try:
        _gi._gvalue_set(value, argument)
    except TypeError:
        raise TypeError(f"could not convert {type(argument).__name__} to {kind.name}, which argument {number} of signal {signal} is") from None
    return value


def in_owner_thread(thread):
    """The one that iterates the context, else the one whose thread-default context it is."""
    context = Base.get_property(thread, "main-context")
    if context is None:
        return False
    if context.is_owner():
        return True
    here = GLib.MainContext.get_thread_default()
    if here is None and in_main_thread():
        here = GLib.MainContext.default()
    if here != context or not context.acquire():
        return False
    context.release()
    return True


def call_and_return(call, thread, func, args):
    """Has a function called in another thread, and returns what it returned, or raises what it raised."""
    if not callable(func):
        raise TypeError(f"{func!r} is not callable")
    outcome = []

    def run(*_data):
        try:
            outcome.extend((func(*args), None))
        except BaseException as error:
            outcome.extend((None, error))

    call(thread, run)
    value, error = outcome
    outcome.clear()
    try:
        if error is not None:
            raise error
        return value
    finally:
        error = None  # its traceback knows this frame
