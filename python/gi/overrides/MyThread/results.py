# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How the results of a thread are read."""

from .library import END, UNTIL_IT_ENDS, Base
from .life import get_result, join
from .publishing import unpacked
from .records import check_initialised, record_of
from .waiting import next_result_silently, take_next


def read_by(thread, reader):
    record = record_of(thread)
    record.reader = record.reader or reader
    if record.reader != reader:
        raise RuntimeError(f"the results of this thread are read by {record.reader}, and not by {reader}")
    return record


def next_result(thread, limit_us):
    """The next result, or END."""
    check_initialised(thread)
    record = read_by(thread, "next_result()")
    try:
        return record.taken.popleft()
    except IndexError:
        item = take_next(Base.next_result, next_result_silently, thread, limit_us)
        return END if item is None else unpacked(item)


def iterate(thread):
    while (item := next_result(thread, UNTIL_IT_ENDS)) is not END:
        yield item
        item = None
    raise_failure(thread)


def raise_failure(thread):
    """The thread has ended: delivers what the owner has not heard of yet, and raises what the thread did."""
    join(thread)
    get_result(thread)
