# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What Python's own threading says where one of our threads runs."""

import _thread

from . import pythons
from .library import Base


def _name_of(thread):
    """That of the class or of the object, where it has one of its own."""
    try:
        return str(thread.name)
    except Exception:
        return Base.dup_name(thread)


class Shadow:
    """While one of our threads runs, what Python's own threading.current_thread() says there (and so logging, warnings
    and debuggers): a thread of the same name."""

    def __init__(self, thread):
        self.ident = _thread.get_ident()
        self.is_new = self.ident not in pythons.active()
        self.python = pythons.current_thread()
        self.previous = None
        if isinstance(self.python, pythons.DummyThread):
            self.previous = self.python.name
            self.python.name = _name_of(thread)
            if hasattr(self.python, "_daemonic"):
                self.python._daemonic = Base.get_daemon(thread)
        else:
            self.python = None  # one of Python's threads works for an executor: it keeps its name

    def rename(self, name):
        if self.python is not None:
            self.python.name = name

    def remove(self):
        if self.python is None:
            return
        self.python.name = self.previous
        if self.is_new and pythons.active().get(self.ident) is self.python:
            # Nobody else does it, and the next OS thread may get the same ident.
            pythons.active().pop(self.ident, None)
