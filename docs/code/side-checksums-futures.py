#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# side-checksums-futures: what side-checksums does, with concurrent.futures.

import hashlib
import pathlib
import sys

from concurrent import futures


def checksum(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


with futures.ThreadPoolExecutor(max_workers=4) as pool:
    paths = {pool.submit(checksum, path): path for path in sys.argv[1:]}
    try:
        for future in futures.as_completed(paths):
            if future.exception() is None:
                print(future.result(), paths[future])
            else:
                print(future.exception(), file=sys.stderr)
    except KeyboardInterrupt:
        pool.shutdown(cancel_futures=True)
        raise

sys.exit(any(future.exception() for future in paths))
