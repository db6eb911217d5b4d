#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a program, and stops it once, at some moment, for longer than any test has patience: stop-and-go.py COMMAND...

Its children are stopped with it, or are not. MY_STOP_SEED, a number, is for another moment."""

import os
import random
import signal
import subprocess
import sys
import time

STOP_S = 70

# Most tests have a long beginning and a short life.
MEAN_S = 0.3


def main():
    seed = f"{os.environ.get('MY_STOP_SEED', '')} {sys.argv[1:]}"
    choice = random.Random(seed)
    after_s = choice.expovariate(1 / MEAN_S)
    # In a group of its own, which nobody else ends.
    program = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *sys.argv[1:]], start_new_session=True)
    send = choice.choice([os.kill, os.killpg])
    signal.signal(signal.SIGTERM, lambda *unused: os.killpg(program.pid, signal.SIGKILL))
    try:
        status = program.wait(after_s)
    except subprocess.TimeoutExpired:
        send(program.pid, signal.SIGSTOP)
        time.sleep(STOP_S)
        send(program.pid, signal.SIGCONT)
        status = program.wait()
        if status not in (0, 77):
            print(f"{'The group' if send is os.killpg else 'The process'} was stopped after {after_s:.3f} s", file=sys.stderr)
    if status < 0:
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    return status


if __name__ == "__main__":
    sys.exit(main())
