#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# checksums: threads in a pool, taken as they end. python/README.md shows what follows.

import hashlib
import pathlib
import sys

import gi

gi.require_version("MyThread", "1.0")
from gi.repository import MyThread as threading


def checksum(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


pool = threading.ThreadPool(name="checksums", max_threads=4)
group = threading.ThreadGroup(name="checksums", keep_finished=True)

for path in pathlib.Path(sys.argv[1]).iterdir():
    threading.Thread(name=path.name, group=group, target=checksum, args=(path,), executor=pool).start()

while (thread := group.join_next()) is not None:
    print(thread.exception or thread.result, thread.name)

pool.shutdown(threading.ShutdownMode.DRAIN)
