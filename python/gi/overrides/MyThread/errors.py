# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The errors that programs catch, and how one becomes the other."""

import traceback

from gi.repository import Gio, GLib

from .library import DOMAIN, IO_ERROR, PYTHON_EXCEPTION, BaseGroup, Code


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


def is_cancellation(error):
    return isinstance(error, GLib.Error) and error.matches(IO_ERROR, Gio.IOErrorEnum.CANCELLED)


def check_group(group, thread):
    if group is None or isinstance(group, BaseGroup):
        return
    hint = ""
    if group is thread:
        hint = "; self was passed twice: write super().__init__(name=...), without it"
    raise GroupError(f"group must be None or a ThreadGroup, not {type(group).__name__}{hint}")


def as_error(error):
    """The GLib.Error that a thread ends with: what it is in one line, then where it came from."""
    if isinstance(error, GLib.Error):
        return GLib.Error(error.message, error.domain, error.code)
    headline = "".join(traceback.format_exception_only(type(error), error)).strip()
    whole = "".join(traceback.format_exception(type(error), error, error.__traceback__)).strip()
    text = f"{headline}\n\n{whole}".replace("\0", "\\0").encode("utf-8", "replace").decode("utf-8")
    return GLib.Error(text, PYTHON_EXCEPTION, 0)


def as_name(name):
    """The name for C, whose text is UTF-8 that ends with a NUL."""
    return str(name).replace("\0", "\\0").encode("utf-8", "replace").decode("utf-8")


def as_name_or_none(name):
    return None if name is None else as_name(name)
