# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What surrounds a measurement."""

import contextlib
import os
import subprocess
import sys

BUSY = 'print(flush=True)\nwhile True: pass'


@contextlib.contextmanager
def one_processor():
    """What is started meanwhile stays on one of the processors that this process may use."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def busy():
    """Beside a process per processor that computes all the time, and has begun to."""
    processes = []
    try:
        for _ in os.sched_getaffinity(0):
            processes.append(subprocess.Popen([sys.executable, '-c', BUSY], stdout=subprocess.PIPE))
        for process in processes:
            process.stdout.readline()
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()
            process.stdout.close()


SETTINGS = {None: contextlib.nullcontext, 'one-processor': one_processor, 'busy': busy}
