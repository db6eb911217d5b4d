# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Limits and deadlines, in microseconds."""

import threading as _python
import time

from .library import UNTIL_IT_ENDS

# How long a wait of the main thread is away from the interpreter, which runs the handlers of signals there.
SLICE_US = 50_000


def microseconds(timeout):
    """threading's timeout in seconds; what is past counts as now. What Python's locks do not take is not taken, either."""
    if timeout is None:
        return UNTIL_IT_ENDS
    timeout = max(timeout, 0)
    if not timeout <= _python.TIMEOUT_MAX:
        _python.Lock().acquire(True, timeout)  # says why
    return int(timeout * 1_000_000)


def now_us():
    return time.monotonic_ns() // 1000


def deadline_in(limit_us):
    """None: there is no limit."""
    return None if limit_us < 0 else now_us() + limit_us


def slice_before(deadline, now):
    """How long to wait at a time: the handlers of signals run between two slices, and what ends the wait is looked at."""
    return SLICE_US if deadline is None else max(0, min(SLICE_US, deadline - now))
