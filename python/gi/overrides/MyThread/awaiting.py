# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""await thread, and async for."""

import threading as _python

from gi.repository import Gio, GLib

from . import pythons
from .clock import now_us
from .errors import life_error
from .library import END, NOTHING, UNTIL_IT_ENDS, Base, Code, State
from .life import get_result, join
from .publishing import unpacked
from .records import check_initialised, is_over, record_of
from .results import raise_failure, read_by
from .running import is_told_by_caller, tell
from .waiting import address_of, adopt, join_silently, next_result_silently

# How long an iteration under asyncio goes on before the other tasks of the loop are let run: as long as a turn of delivery.
TURN_US = 4_000


class Watcher:
    """One Python thread that hears of the ends of all threads that are awaited, so that any asyncio loop can be told,
    whatever it runs on."""

    instance = None
    lock = _python.Lock()

    def __init__(self):
        self.context = GLib.MainContext()
        self.loop = GLib.MainLoop.new(self.context, False)
        self.python = pythons.Thread(target=self.run, name="MyThread watcher", daemon=True)
        self.python.start()

    @classmethod
    def get(cls):
        with cls.lock:
            if cls.instance is None:
                cls.instance = cls()
            return cls.instance

    @classmethod
    def stop(cls):
        with cls.lock:
            self, cls.instance = cls.instance, None
        if self is not None:
            self.call(self.loop.quit)
            self.python.join()

    @classmethod
    def forget_in_child(cls):
        cls.instance = None
        cls.lock = _python.Lock()

    def run(self):
        self.context.push_thread_default()
        self.loop.run()
        self.context.pop_thread_default()

    def call(self, function, *args):
        def dispatch(*_data):  # with data, or without: PyGObject has changed that
            function(*args)
            return GLib.SOURCE_REMOVE

        source = GLib.Idle()
        source.set_priority(GLib.PRIORITY_DEFAULT)
        source.set_callback(dispatch)
        source.attach(self.context)

    def watch(self, thread, cancellable, callback):
        self.call(lambda: Base.join_async(thread, cancellable, lambda *_: callback()))


def check_can_be_awaited(thread, what):
    check_initialised(thread)
    if Base.get_state(thread) == State.NEW:
        raise life_error(f"cannot await {what} before it is started", Code.NOT_STARTED)
    if Base.get_current() is thread:
        raise life_error("cannot await current thread", Code.DEADLOCK)


async def wait_async(thread):
    import asyncio

    check_can_be_awaited(thread, "thread")
    if not is_over(thread):
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        cancellable = Gio.Cancellable()

        def finish():
            if not future.done():
                future.set_result(None)

        def on_joined():
            try:
                loop.call_soon_threadsafe(finish)
            except RuntimeError:
                pass  # the loop was closed: nobody waits any more

        record = record_of(thread)
        token = object()
        record.awaiting.append(token)
        try:
            Watcher.get().watch(thread, cancellable, on_joined)
            await future
            if is_over(thread):
                is_told_by_caller(thread)
        finally:
            cancellable.cancel()
            record.awaiting.remove(token)
            if not record.awaiting and record.exception is not None:
                # It was cancelled when the thread had already left it the exception.
                tell(thread, record.exception)
    # It has ended: this does not wait; it delivers what the owner has not heard of yet.
    join(thread)
    return get_result(thread)


class AsyncResults:
    """What `async for` goes over."""

    def __init__(self, thread):
        self.thread = thread
        self.end_of_turn = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        import asyncio

        thread = self.thread
        check_can_be_awaited(thread, "results of thread")
        record = read_by(thread, "next_result()")
        # The other tasks are given their turn where there is always a next result.
        if now_us() > self.end_of_turn:
            await asyncio.sleep(0)
            self.end_of_turn = now_us() + TURN_US
        while (item := poll_result(thread, record)) is NOTHING:
            await result_arrives(thread, record)
        if item is not END:
            return item
        raise_failure(thread)
        raise StopAsyncIteration


def poll_result(thread, record):
    """The next result; NOTHING: there is none yet. In the owner thread it also delivers what is pending."""
    if record.taken:
        return record.taken.popleft()
    has_ended = is_over(thread)  # first: then what was published before the end is there
    address = next_result_silently(address_of(thread), 0, None)
    if address:
        return unpacked(adopt(address))
    return END if has_ended else NOTHING


async def result_arrives(thread, record):
    """A helper waits in its place, and leaves the result that comes in the record, where the next reader looks first."""
    import asyncio

    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def finish():
        if not future.done():
            future.set_result(None)

    def wait(_helper, *_data):
        address = next_result_silently(address_of(thread), UNTIL_IT_ENDS, None)
        if address:
            record.taken.append(unpacked(adopt(address)))
        try:
            loop.call_soon_threadsafe(finish)
        except RuntimeError:
            pass  # the loop was closed: nobody waits any more

    helper = Base.new("MyThread helper", wait)
    Base.set_daemon(helper, True)
    Base.start(helper)
    try:
        await future
    finally:
        # Nobody else shall read what comes after the result that it has: its wait ends at once.
        Base.cancel(helper)
        join_silently(address_of(helper), UNTIL_IT_ENDS, None)
    # In the owner thread: what was said before the result is delivered before it.
    join_silently(address_of(thread), 0, None)
