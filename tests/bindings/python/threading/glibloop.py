# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An asyncio loop that runs on GLib: where it would sleep, a GMainContext is iterated."""

import asyncio
import selectors

from gi.repository import GLib
from patience import LONG_S


class GLibSelector(selectors.EpollSelector):
    """Its epoll is one file descriptor, which a GMainContext can watch."""

    def __init__(self, context):
        super().__init__()
        self.context = context
        self.watch = GLib.io_create_watch(GLib.IOChannel.unix_new(self.fileno()), GLib.IOCondition.IN)
        self.watch.set_callback(lambda *_data: GLib.SOURCE_CONTINUE)
        self.watch.attach(context)

    def close(self):
        self.watch.destroy()
        super().close()

    def select(self, timeout=None):
        limit = None
        if timeout is not None and timeout > 0:
            limit = GLib.Timeout(int(timeout * 1000) + 1)
            limit.set_callback(lambda *_data: GLib.SOURCE_REMOVE)
            limit.attach(self.context)
        self.context.iteration(timeout is None or timeout > 0)
        if limit is not None:
            limit.destroy()
        return super().select(0)


def run(coroutine, context=None):
    """asyncio.run(), on GLib."""
    loop = asyncio.SelectorEventLoop(GLibSelector(context or GLib.MainContext.default()))
    try:
        return loop.run_until_complete(asyncio.wait_for(coroutine, LONG_S))
    finally:
        loop.close()
