#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# hello: the smallest subclass. The README shows what follows.

import gi

gi.require_version("MyThread", "1.0")
from gi.repository import MyThread


class Hello(MyThread.Thread):
    def do_run(self):
        print("hello from", self.dup_name())


thread = Hello(name="hello")
thread.start()
thread.join()
