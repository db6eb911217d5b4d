#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MyThread.signal_connect_queued_closure() through plain introspection."""

import gc
import threading
import weakref

import gi
import taprunner

gi.require_version("MyThread", "1.0")
from gi.repository import GLib, GObject, MyThread
from loop import Case, run_until

NO_FLAGS = GObject.ConnectFlags(0)


class Speaker(GObject.Object):
    __gsignals__ = {
        "said": (GObject.SignalFlags.RUN_LAST, None, (str, object)),
        "asks": (GObject.SignalFlags.RUN_LAST, bool, ()),
    }
    name = GObject.Property(type=str)


class Listener:
    def __init__(self):
        self.calls = []

    def on_said(self, speaker, *args):
        self.calls.append((speaker, threading.current_thread(), *args))


def in_thread(function, *args):
    thread = threading.Thread(target=function, args=args)
    thread.start()
    thread.join()


class TestQueued(Case):
    def test_here(self):
        speaker, listener = Speaker(), Listener()
        number = MyThread.signal_connect_queued_closure(speaker, "said", listener.on_said, NO_FLAGS, None)
        in_thread(speaker.emit, "said", "one", [1])
        speaker.emit("said", "two", None)
        self.assertEqual(listener.calls, [])
        run_until(lambda: len(listener.calls) == 2)
        here = threading.current_thread()
        self.assertEqual(listener.calls, [(speaker, here, "one", [1]), (speaker, here, "two", None)])
        speaker.emit("said", "three", None)
        speaker.disconnect(number)
        done = []
        GLib.idle_add(done.append, True)
        run_until(lambda: done)
        self.assertEqual(len(listener.calls), 2)

    def test_notify(self):
        speaker, names = Speaker(), []
        MyThread.signal_connect_queued_closure(speaker, "notify::name", lambda _, pspec: names.append(pspec.name), NO_FLAGS, None)
        in_thread(speaker.set_property, "name", "somebody")
        self.assertEqual(names, [])
        run_until(lambda: names)
        self.assertEqual(names, ["name"])

    def test_context(self):
        context = GLib.MainContext()
        speaker, listener = Speaker(), Listener()
        MyThread.signal_connect_queued_closure(speaker, "said", listener.on_said, GObject.ConnectFlags.AFTER, context)
        speaker.emit("said", "one", None)

        def iterate():
            while not listener.calls:
                context.iteration(True)

        thread = threading.Thread(target=iterate)
        thread.start()
        thread.join()
        self.assertEqual(listener.calls, [(speaker, thread, "one", None)])

    def test_let_go(self):
        speaker, listener = Speaker(), Listener()
        number = MyThread.signal_connect_queued_closure(speaker, "said", listener.on_said, NO_FLAGS, None)
        gone = weakref.ref(listener)
        del listener
        in_thread(speaker.disconnect, number)
        gc.collect()
        self.assertIsNotNone(gone())
        run_until(lambda: gone() is None)

    def test_wrong(self):
        """What is no closure, and what is no object."""
        speaker = Speaker()
        with self.assertRaises(TypeError):
            MyThread.signal_connect_queued_closure(speaker, "said", None, NO_FLAGS, None)
        with self.assertRaises(TypeError):
            MyThread.signal_connect_queued_closure(None, "said", print, NO_FLAGS, None)


if __name__ == "__main__":
    taprunner.main()
