#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""threddy.py: a subclass with an argument of its own, from which it makes its name."""

import gi

gi.require_version("MyThread", "1.0")
from gi.repository import MyThread


class Threddy(MyThread.Thread):
    def __init__(self, num):
        super().__init__(name="threddy" + num)
        self.num = num

    def do_run(self):
        # One write: both threads print at once.
        print(f"Thread  {self.num}\n", end="", flush=True)


thread1 = Threddy("1")
thread2 = Threddy("2")
name1 = thread1.dup_name()
name2 = thread2.dup_name()
thread1.start()
thread2.start()
thread1.join()
thread2.join()
print(f"{name1} and {name2} are done")
