# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The errors that programs catch, and how one becomes the other."""

import traceback

from gi.repository import Gio, GLib

from .library import DOMAIN, IO_ERROR, PYTHON_EXCEPTION, BaseGroup, Code

_IO_ERROR_DOMAIN = GLib.quark_to_string(IO_ERROR)


class _ThreadError(tuple):
    """Two things that share a name: the library's enumeration of its error codes, and what programs that were written for
    threading catch. `except` takes a tuple of classes, so it can be both."""

    __slots__ = ()

    def __getattr__(self, name):
        return getattr(Code, name)

    def __call__(self, *args):
        if len(args) == 1 and isinstance(args[0], int):
            return Code(args[0])
        return RuntimeError(*args)

    def __repr__(self):
        return repr(Code)


ThreadError = _ThreadError((RuntimeError,))


def life_error(message, code):
    """An error of the library as threading has it: a RuntimeError, which also says the code, as a GLib.Error does."""
    error = RuntimeError(message)
    error.message = message
    error.domain = DOMAIN
    error.code = int(code)
    error.matches = lambda domain, other: domain == Code.quark() and other == code
    return error


class GroupError(AssertionError, TypeError):
    """What is no group was given for one: threading asserts that; for everybody else it is a wrong type."""


def is_code(error, code):
    return error.matches(Code.quark(), code)


def _parts(error):
    """The message, the domain and the code of a GLib.Error, if C can have them: a program may have made anything of it."""
    try:
        if not issubclass(type(error), GLib.Error):
            return None
        message, domain, code = error.message, error.domain, error.code
        if not (isinstance(message, str) and isinstance(domain, str) and isinstance(code, int)):
            return None
        domain, code = str.encode(domain).decode(), int.__index__(code)
    except BaseException:
        return None
    if domain == "" or "\0" in domain or not -(1 << 31) <= code < 1 << 31:
        return None
    return _as_text(message), domain, code


def is_cancellation(error):
    parts = _parts(error)
    return parts is not None and parts[1:] == (_IO_ERROR_DOMAIN, int(Gio.IOErrorEnum.CANCELLED))


def check_group(group, thread):
    if group is None or isinstance(group, BaseGroup):
        return
    hint = ""
    if group is thread:
        hint = "; self was passed twice: write super().__init__(name=...), without it"
    raise GroupError(f"group must be None or a ThreadGroup, not {type(group).__name__}{hint}")


def _as_text(text):
    return str.encode(text, "utf-8", "replace").decode("utf-8").replace("\0", "\\0")


def _first_that_can_be_made(*makers):
    """To print an exception is to run code of its class, which may raise another one."""
    for make in makers:
        try:
            return _as_text(make())
        except BaseException:
            pass
    return "an exception of which nothing can be said"


def as_error(error):
    """The GLib.Error that a thread ends with: what it is in one line, then where it came from. There always is one."""
    parts = _parts(error)
    if parts is not None:
        return GLib.Error(*parts)
    frames = traceback_of(error)
    headline = _first_that_can_be_made(
        lambda: "".join(traceback.format_exception_only(type(error), error)).strip(),
        lambda: f"{_name_of_type(type(error))}: <exception str() failed>")
    whole = _first_that_can_be_made(
        lambda: "".join(traceback.format_exception(type(error), error, frames)).strip(),
        lambda: "Traceback (most recent call last):\n" + "".join(traceback.format_tb(frames)) + headline,
        lambda: headline)
    return GLib.Error(f"{headline}\n\n{whole}", PYTHON_EXCEPTION, 0)


# What a class has of these names, and what it does when one is set, is not asked.
traceback_of = BaseException.__traceback__.__get__
set_traceback = BaseException.__traceback__.__set__
_name_of_type = type.__dict__["__name__"].__get__


def as_name(name):
    """The name for C, whose text is UTF-8 that ends with a NUL."""
    return str(name).replace("\0", "\\0").encode("utf-8", "replace").decode("utf-8")


def as_name_or_none(name):
    return None if name is None else as_name(name)
