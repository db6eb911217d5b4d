# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How long a test waits for what must come before it fails: a minute of looking, times MY_TEST_TIMEOUT_FACTOR.

It is looks that are counted, and not a point in time that is waited for: a process that is stopped for minutes, or is not
let run, has used up none of it."""

import os
import subprocess
import time

FACTOR = max(1, int(os.environ.get("MY_TEST_TIMEOUT_FACTOR") or 1))

# For what is told how long to wait, and must not wait so long. A process does not miss it that is stopped for minutes.
# Whoever runs the test ends it before.
LONG_S = 3600


class Patience:
    """To be asked again and again: is_over()."""

    LOOK_S = 0.1

    def __init__(self, seconds=60):
        self.left = seconds * FACTOR
        self.last = time.monotonic()

    def is_over(self):
        now = time.monotonic()
        self.left -= min(now - self.last, self.LOOK_S)
        self.last = now
        return self.left <= 0


def wait_until(condition, look=None):
    """For what nobody is told of: looks again and again. look(): what is done in between, for at most a tenth of a second."""
    patience = Patience()
    while not condition():
        if patience.is_over():
            raise AssertionError("what the test waits for has not come")
        if look is None:
            time.sleep(0.001)
        else:
            look()


def communicate(process, **options):
    """What a program says until it ends. One that does not is killed."""
    patience = Patience(**options)
    while True:
        try:
            return process.communicate(timeout=Patience.LOOK_S)
        except subprocess.TimeoutExpired as error:
            if patience.is_over():
                process.kill()
                raise AssertionError(f"{error.cmd} does not end: {process.communicate()}") from None


def run(command, *, seconds=60, check=False, encoding="utf-8", **options):
    """subprocess.run(), with that patience, of a program that has no input and whose output is kept."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, encoding=encoding, **(streams | options)) as process:
        stdout, stderr = communicate(process, seconds=seconds)
    result = subprocess.CompletedProcess(command, process.returncode, stdout, stderr)
    if check and result.returncode != 0:
        raise AssertionError(f"{command}: exit status {result.returncode}\n{stdout}\n{stderr}")
    return result
