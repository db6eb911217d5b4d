#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program of somebody who has the library and its typelib installed."""

import gi

gi.require_version("MyThread", "1.0")
from gi.repository import MyThread


class Answer(MyThread.Thread):
    def do_run(self):
        self.set_result(42)


thread = Answer(name="answer")
thread.start()
thread.join()
print(thread.get_result()[-1])
