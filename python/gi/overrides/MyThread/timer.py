# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Timer."""

import threading as _python

from .library import OVERRIDES, Base
from .thread import Thread


class Timer(Thread):
    """Calls function(*args, **kwargs) after interval seconds, unless cancel() comes before."""

    __module__ = OVERRIDES

    def __init__(self, interval, function, args=None, kwargs=None, **properties):
        super().__init__(**properties)
        self.interval = interval
        self.function = function
        self.args = [] if args is None else args
        self.kwargs = {} if kwargs is None else kwargs
        self.finished = _python.Event()
        self._is_due = False
        self._deciding = _python.RLock()

    def cancel(self):
        """Stops the timer. If it calls the function already, this has no effect."""
        with self._deciding:
            if not self._is_due:
                super().cancel()
            self.finished.set()

    def run(self):
        self.finished.wait(self.interval)
        with self._deciding:
            self._is_due = not self.finished.is_set()
        if not self._is_due:
            Base.set_error_if_cancelled(self)
            return None
        try:
            return self.function(*self.args, **self.kwargs)
        finally:
            self.finished.set()
