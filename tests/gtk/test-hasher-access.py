#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the program as somebody does who does not see it: through the accessibility
tree, from the first window to the end of the process: test-hasher-access.py PROGRAM STUCK-PROGRAM"""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

import taprunner  # noqa: E402

PROGRAM = ""
STUCK_PROGRAM = ""  # the same, but for files and folders called "stuck", which do not answer
LOOK_S = 0.05

CONTROLS = {
    Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON, Atspi.Role.SPIN_BUTTON, Atspi.Role.PROGRESS_BAR,
    Atspi.Role.LIST, Atspi.Role.LIST_BOX, Atspi.Role.CHECK_BOX, Atspi.Role.ENTRY, Atspi.Role.SLIDER, Atspi.Role.FRAME,
}

# What GTK 4.8 calls a button; later ones tell those that stay pressed from the others.
SAID_OF = {Atspi.Role.PUSH_BUTTON: (Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON)}


class Patience:
    """A minute of looking: a process that is stopped meanwhile, or is not let run, has used up none of it."""

    def __init__(self):
        self.left = 60 * max(1, int(os.environ.get("MY_TEST_TIMEOUT_FACTOR") or 1))
        self.last = time.monotonic()

    def is_over(self):
        now = time.monotonic()
        self.left -= min(now - self.last, 2 * LOOK_S)
        self.last = now
        return self.left <= 0


def children(node):
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield child


def is_visible(node):
    return node.get_state_set().contains(Atspi.StateType.VISIBLE)


def walk(node):
    """The node and what is visible under it (on other pages too); what is gone meanwhile is left out."""
    yield node
    try:
        below = list(children(node))
    except GLib.Error:
        return
    for child in below:
        try:
            if is_visible(child):
                yield from walk(child)
        except GLib.Error:
            continue


def describe(node):
    name = node.get_name()
    return f"{node.get_role_name()} '{name}'"


class TestAccess(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="hasher-access-")
        self.addCleanup(temporary.cleanup)
        self.top = temporary.name
        self.process = None

    def write(self, name, contents=b"", size=None):
        path = os.path.join(self.top, name)
        with open(path, "wb") as file:
            file.write(contents)
            if size is not None:
                file.truncate(size)
        return path

    def start(self, *args, program=None, **variables):
        env = dict(os.environ, G_DEBUG="fatal-warnings", GTK_A11Y="atspi", **variables)
        # pylint: disable-next=consider-using-with
        self.process = subprocess.Popen([program or PROGRAM, *args], env=env, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        self.addCleanup(self.kill)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def finish(self, returncode=0):
        """It has been told to end: it does, and has had nothing to complain of."""
        patience = Patience()
        while True:
            try:
                stdout, stderr = self.process.communicate(timeout=LOOK_S)
                break
            except subprocess.TimeoutExpired:
                self.assertFalse(patience.is_over(), "it does not end")
        self.assertEqual((self.process.returncode, stdout, stderr), (returncode, "", ""))

    def wait(self, what, condition):
        patience = Patience()
        while True:
            self.assertIsNone(self.process.poll(), self.process.returncode)
            try:
                found = condition()
            except GLib.Error:  # it was there, and is gone
                found = None
            if found:
                return found
            if patience.is_over():
                window = self.find_window()
                self.fail(f"never came: {what}\n" + "\n".join(describe(node) for node in walk(window)) if window else what)
            time.sleep(LOOK_S)

    def find_window(self):
        Atspi.Accessible.clear_cache(Atspi.get_desktop(0))
        for application in children(Atspi.get_desktop(0)):
            if application.get_process_id() == self.process.pid:
                for window in children(application):
                    return window
        return None

    def find(self, role, name):
        window = self.find_window()
        for node in walk(window) if window else ():
            if node.get_role() in SAID_OF.get(role, (role,)) and node.get_name() == name:
                return node
        return None

    def wait_for(self, role, name):
        return self.wait(f"{role.value_nick} '{name}'", lambda: self.find(role, name))

    def texts(self):
        window = self.find_window()
        return [node.get_name() for node in walk(window) if node.get_role() == Atspi.Role.LABEL] if window else []

    def press(self, role, name):
        node = self.wait_for(role, name)
        self.assertTrue(node.get_state_set().contains(Atspi.StateType.FOCUSABLE), name)
        self.assertTrue(Atspi.Action.do_action(node, 0), name)

    def assert_all_named(self):
        nodes = list(walk(self.find_window()))
        controls = [node for node in nodes if node.get_role() in CONTROLS]
        self.assertGreater(len(controls), 3)
        nameless = [f"{describe(node)} in {describe(node.get_parent())}" for node in controls if not node.get_name()]
        self.assertEqual(nameless, [])

    def test_empty(self):
        self.start()
        self.wait_for(Atspi.Role.PUSH_BUTTON, "Choose a folder")
        self.assert_all_named()
        self.process.send_signal(signal.SIGTERM)
        self.finish()

    def test_work(self):
        contents = b"what it is about"
        files = [self.write("some", contents), self.write("large", size=1 << 42), self.write("larger", size=1 << 43)]
        self.start(*files)
        self.wait("all are found", lambda: any(text.endswith("of 3 files") for text in self.texts()))
        self.wait_for(Atspi.Role.PROGRESS_BAR, "Progress of all files")
        self.wait_for(Atspi.Role.PROGRESS_BAR, "Progress of large")
        self.assert_all_named()

        self.press(Atspi.Role.PUSH_BUTTON, "Cancel larger")
        self.wait("one is cancelled", lambda: "1 cancelled" in self.texts())
        self.assertIsNone(self.find(Atspi.Role.PUSH_BUTTON, "Cancel larger"))
        self.wait_for(Atspi.Role.PUSH_BUTTON, "Cancel large")

        # In which order the files are found is not said: with two at once the small one may have waited for one of the others.
        self.wait("the digest", lambda: hashlib.sha256(contents).hexdigest() in self.texts())
        self.wait_for(Atspi.Role.PUSH_BUTTON, "Copy the SHA-256 of some")
        self.assert_all_named()

        # GTK 4.8 has no role of its own for a toggle button.
        self.press(Atspi.Role.PUSH_BUTTON, "Pause")
        self.wait("it pauses", lambda: "paused, 1 cancelled" in self.texts())

        # While it runs, and paused.
        self.press(Atspi.Role.PUSH_BUTTON, "Close")
        self.finish()

    def test_error(self):
        self.start(os.path.join(self.top, "missing"))
        self.wait("the error", lambda: any("No such file" in text for text in self.texts()))
        self.wait_for(Atspi.Role.LABEL, "0 of 1 file")
        self.assert_all_named()
        self.process.send_signal(signal.SIGINT)
        self.finish()

    def test_interrupted(self):
        """The signal comes while many threads run, and more are waiting."""
        self.start(*[self.write(f"file-{number}", size=1 << 42) for number in range(20)])
        self.wait_for(Atspi.Role.PROGRESS_BAR, "Progress of file-0")
        self.process.send_signal(signal.SIGTERM)
        self.finish()

    def test_no_file(self):
        """What would make it wait for ever is not opened."""
        fifo = os.path.join(self.top, "fifo")
        os.mkfifo(fifo)
        self.start(fifo, "/dev/tty")
        self.wait("the errors", lambda: self.texts().count("This is not a regular file") == 2)
        self.wait_for(Atspi.Role.LABEL, "0 of 2 files")
        self.process.send_signal(signal.SIGTERM)
        self.finish()

    def start_stuck(self, kind):
        os.mkdir(os.path.join(self.top, "below"))
        path = os.path.join(self.top, "below", "stuck")
        if kind == "folder":
            os.mkdir(path)
        else:
            self.write(path, b"abc")
        self.start(path, self.write("other", b"abc"), program=STUCK_PROGRAM)
        if kind == "folder":
            self.wait("it counts", lambda: "Counting files" in self.texts())
        else:
            self.wait("all are found", lambda: any(text.endswith("of 2 files") for text in self.texts()))

    def wait_for_name(self):
        self.wait("it says what it waits for", lambda: "Still waiting for stuck." in self.texts())
        self.wait_for(Atspi.Role.PUSH_BUTTON, "Close anyway")
        self.assert_all_named()

    def test_second_signal(self):
        """The first one asks, and the second one does not ask any more."""
        for first, second in (signal.SIGTERM, signal.SIGTERM), (signal.SIGINT, signal.SIGINT), (signal.SIGINT, signal.SIGTERM):
            with self.subTest(first=first, second=second), tempfile.TemporaryDirectory(prefix="hasher-access-") as self.top:
                self.start_stuck("file")
                self.process.send_signal(first)
                self.wait_for_name()
                self.process.send_signal(second)
                self.finish(128 + second)

    def test_second_signal_of_blocked_loop(self):
        """It does not need the main loop."""
        self.start(program=STUCK_PROGRAM, BLOCK="1")
        self.assertEqual(self.process.stdout.readline(), "blocked\n")
        # Two that are pending at the same time are one, so the first is waited for: it is caught, and nothing else comes of it.
        self.process.send_signal(signal.SIGTERM)
        self.wait("it is caught", lambda: not self.is_pending(signal.SIGTERM))
        self.process.send_signal(signal.SIGTERM)
        self.finish(128 + signal.SIGTERM)

    def is_pending(self, number):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as status:
            pending = [int(line.split()[1], 16) for line in status if line.startswith(("SigPnd", "ShdPnd"))]
        return any(mask >> (number - 1) & 1 for mask in pending)

    def test_close_anyway(self):
        """exit() does not wait for what does not answer, be it a file or a folder."""
        for kind in "file", "folder":
            with self.subTest(kind=kind), tempfile.TemporaryDirectory(prefix="hasher-access-") as self.top:
                self.start_stuck(kind)
                self.press(Atspi.Role.PUSH_BUTTON, "Close")
                self.wait_for_name()
                self.press(Atspi.Role.PUSH_BUTTON, "Close anyway")
                self.finish()

    def test_close_twice(self):
        self.start_stuck("file")
        self.press(Atspi.Role.PUSH_BUTTON, "Close")
        # A button that is still being pressed can not be pressed.
        pause = self.wait_for(Atspi.Role.PUSH_BUTTON, "Pause")
        self.wait("it is stopping", lambda: not pause.get_state_set().contains(Atspi.StateType.SENSITIVE))
        self.press(Atspi.Role.PUSH_BUTTON, "Close")
        self.finish()


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv[1])
    STUCK_PROGRAM = os.path.abspath(sys.argv[2])
    taprunner.main()
