#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# side-checksums: the SHA-256 of some files, four at a time, each told as soon as it is there.

import hashlib
import pathlib
import sys

from gi.repository import MyThread as threading


def checksum(thread, path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


threading.excepthook = lambda args: print(args.exc_value, file=sys.stderr)

with threading.ThreadGroup(max_running=4, keep_finished=True) as group:
    threads = [group.run(path, checksum, path) for path in sys.argv[1:]]
    while (thread := group.join_next()) is not None:
        if thread.exception is None:
            print(thread.result, thread.name)

sys.exit(any(thread.exception for thread in threads))
