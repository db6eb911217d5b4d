# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python's own threads, as threading has them before install() puts ours in their place."""

import threading

Thread = threading.Thread
DummyThread = threading._DummyThread
MainThread = threading._MainThread
current_thread = threading.current_thread
main_thread = threading.main_thread
enumerate = threading.enumerate
stack_size = threading.stack_size


def active():
    """Python's threads and stand-ins, by their ident."""
    return getattr(threading, "_active", {})
