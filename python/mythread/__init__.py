# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""MyThread in place of threading for a whole program: `python3 -m mythread PROGRAM`, or mythread.install()."""

import gi

gi.require_version("MyThread", "1.0")

from gi.repository import MyThread  # noqa: E402

install = MyThread.install

__all__ = ["install"]
