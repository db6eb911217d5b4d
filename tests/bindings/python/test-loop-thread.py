#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MyThread.LoopThread through plain introspection."""

import threading

import gi
import taprunner

gi.require_version("MyThread", "1.0")
from gi.repository import Gio, GLib, MyThread
from loop import Case

State = MyThread.ThreadState


class TestLoopThread(Case):
    def started(self, loop):
        self.addCleanup(loop.quit)
        loop.start()
        return loop

    def test_invoke(self):
        loop = MyThread.LoopThread.new("loop")
        seen = []
        self.assertThreadError(MyThread.ThreadError.NOT_STARTED, loop.invoke, lambda thread: None)
        self.started(loop)
        self.assertTrue(loop.invoke(lambda thread, word: seen.append((thread, word, threading.get_ident())), "called"))
        (thread, word, ident), = seen
        self.assertIs(thread, loop)
        self.assertEqual(word, "called")
        self.assertEqual(ident, loop.get_ident())
        loop.quit()
        self.assertTrue(loop.join())
        self.assertEqual(loop.get_state(), State.SUCCEEDED)
        self.assertThreadError(MyThread.ThreadError.SHUT_DOWN, loop.invoke, lambda thread: None)

    def test_context(self):
        loop = self.started(MyThread.LoopThread())
        self.assertEqual(loop.get_context(), loop.props.context)
        called = threading.Event()
        source = GLib.idle_source_new()
        source.set_callback(lambda *data: called.set() or GLib.SOURCE_REMOVE)
        source.attach(loop.get_context())
        self.assertTrue(called.wait(300))

    def test_cancel(self):
        loop = self.started(MyThread.LoopThread())
        loop.cancel()
        self.assertIOError(Gio.IOErrorEnum.CANCELLED, loop.join)
        self.assertEqual(loop.get_state(), State.CANCELLED)

    def test_subclass(self):
        said = []

        class Loop(MyThread.LoopThread):
            def do_run(self):
                said.append("before")
                MyThread.LoopThread.do_run(self)
                said.append("after")

        loop = self.started(Loop())
        self.assertTrue(loop.invoke(lambda thread: said.append("called")))
        loop.quit()
        self.assertTrue(loop.join())
        self.assertEqual(said, ["before", "called", "after"])


if __name__ == "__main__":
    taprunner.main()
