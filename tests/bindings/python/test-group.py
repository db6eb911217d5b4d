#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MyThread.ThreadGroup through plain introspection, with no overrides."""

import unittest

import gi
import taprunner

gi.require_version("MyThread", "1.0")
from gi.repository import Gio, GLib, MyThread
from loop import MS, SECOND, Worker, fail, is_error, run_until, sleep_until_cancelled

State = MyThread.ThreadState


class TestGroup(unittest.TestCase):
    def setUp(self):
        self.group = MyThread.ThreadGroup.new("group", None)
        self.addCleanup(self.end)

    def end(self):
        self.group.cancel()
        try:
            self.group.join()
        except GLib.Error:
            pass

    def start(self, function, count=1, group=None):
        threads = [Worker(function, group=group or self.group) for _ in range(count)]
        for thread in threads:
            thread.start()
        return threads

    def test_tree(self):
        default = MyThread.ThreadGroup.get_default()
        child = MyThread.ThreadGroup(name="child", parent=self.group)
        self.assertEqual((self.group.get_name(), child.get_name()), ("group", "child"))
        self.assertIs(child.get_parent(), self.group)
        self.assertIs(self.group.get_parent(), default)
        self.assertIs(MyThread.Thread().get_group(), default)
        self.assertIs(Worker(None, group=child).get_group(), child)

    def test_list_model(self):
        log = []
        self.group.connect("items-changed",
                           lambda group, position, removed, added: log.append(f"{position}-{removed}+{added}"))
        self.assertEqual(self.group.get_item_type(), MyThread.Thread.__gtype__)
        self.assertEqual(len(self.group), 0)

        first, second = self.start(sleep_until_cancelled, 2)
        run_until(lambda: len(self.group) == 2)
        self.assertEqual(log, ["0-0+1", "1-0+1"])
        self.assertEqual(list(self.group), [first, second])
        self.assertIs(self.group[1], second)
        self.assertIsNone(self.group.get_item(2))
        self.assertEqual(self.group.props.n_items, 2)

        first.cancel()
        run_until(lambda: len(self.group) == 1)
        self.assertEqual(log[2:], ["0-1+0"])
        self.assertEqual(list(self.group), [second])

    def test_join(self):
        self.assertTrue(self.group.join())
        self.start(lambda thread: None, 5)
        self.assertTrue(self.group.join())
        self.assertEqual(self.group.active_count(), 0)

    def test_join_timeout(self):
        self.start(sleep_until_cancelled)
        with self.assertRaises(GLib.Error) as caught:
            self.group.join_timeout(20 * MS)
        self.assertTrue(is_error(caught.exception, MyThread.ThreadError.TIMED_OUT))

    def test_join_async(self):
        results = []
        self.start(lambda thread: None, 3)
        self.group.join_async(None, lambda group, result: results.append(group.join_finish(result)))
        run_until(lambda: results)
        self.assertEqual(results, [True])

    def test_failure(self):
        failed = []
        parents = []
        self.group.connect("thread-failed", lambda group, thread, error: failed.append((thread, error.message)))
        handler = MyThread.ThreadGroup.get_default().connect("thread-failed",
                                                             lambda group, thread, error: parents.append(thread))
        (thread,) = self.start(fail)
        with self.assertRaises(GLib.Error) as caught:
            self.group.join()
        self.assertEqual(caught.exception.message, "no such luck")
        run_until(lambda: failed and parents)
        self.assertEqual((failed, parents), ([(thread, "no such luck")], [thread]))
        # It has been told once.
        self.assertTrue(self.group.join())
        MyThread.ThreadGroup.get_default().disconnect(handler)

    def test_cancel(self):
        child = MyThread.ThreadGroup.new("child", self.group)
        threads = self.start(sleep_until_cancelled, 2) + self.start(sleep_until_cancelled, 1, child)
        self.assertEqual(self.group.active_count(), 3)
        self.assertCountEqual(self.group.enumerate(), threads)
        self.group.cancel()
        self.assertTrue(self.group.join())
        self.assertTrue(self.group.is_cancelled())
        self.assertEqual({thread.get_state() for thread in threads}, {State.CANCELLED})
        (late,) = self.start(sleep_until_cancelled)
        run_until(lambda: late.get_state() == State.CANCELLED)

    def test_stop(self):
        self.start(sleep_until_cancelled, 3)
        self.assertTrue(self.group.stop(-1))
        self.assertEqual(self.group.active_count(), 0)

    def test_cancel_on_error(self):
        self.group.props.cancel_on_error = True
        (sleeper,) = self.start(sleep_until_cancelled)
        self.start(fail)
        with self.assertRaises(GLib.Error) as caught:
            self.group.join()
        self.assertEqual(caught.exception.message, "no such luck")
        self.assertEqual(sleeper.get_state(), State.CANCELLED)

    def test_max_running(self):
        self.group.set_max_running(1)
        first, second = self.start(sleep_until_cancelled, 2)
        self.assertEqual((first.get_state(), second.get_state()), (State.RUNNING, State.QUEUED))
        first.cancel()
        run_until(lambda: second.get_state() == State.RUNNING)

    def test_join_next(self):
        self.group.props.keep_finished = True
        self.group.set_max_running(1)
        threads = self.start(lambda thread: None, 3)
        for thread in threads:
            self.assertIs(self.group.join_next(-1), thread)
        self.assertIsNone(self.group.join_next(-1))

    def test_progress(self):
        half, _ = self.start(lambda thread: (thread.set_progress(0.5), sleep_until_cancelled(thread)), 2)
        run_until(lambda: self.group.props.progress == 0.5)
        half.cancel()
        run_until(lambda: self.group.get_progress() == 0.75)


if __name__ == "__main__":
    taprunner.main()
