#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# processes: an executor in Python, whose threads are processes. Counts the primes below each of its arguments:
#
#   processes.py 10000 20000
#
# Python computes on one processor at a time, in one process. A thread whose work is done by another process is as
# any other: it has progress, can be cancelled and joined, and has a result or an error.

import subprocess
import sys
import threading

import gi

gi.require_version("MyThread", "1.0")
from gi.repository import Gio, GLib, GObject, MyThread

CHILD = """
import sys
limit = int(sys.argv[1])
count = 0
for i in range(2, limit):
    count += all(i % j for j in range(2, int(i ** 0.5) + 1))
    if i % 1000 == 0:
        print("progress", i / limit, flush=True)
print("result", count)
"""


class Primes(MyThread.Thread):
    """Passes on what its child process says. It is run by its executor, which has made the child."""

    def __init__(self, limit, **properties):
        super().__init__(name=f"primes below {limit}", **properties)
        self.limit = limit
        self.child = None

    def do_run(self):
        count = None
        for line in self.child.stdout:
            if not line.endswith("\n"):
                break  # it was killed before it had written all of it
            word, _, value = line.strip().partition(" ")
            if word == "progress":
                self.set_progress(float(value))
            elif word == "result":
                count = int(value)
        status = self.child.wait()
        self.set_error_if_cancelled()
        if count is None:
            raise GLib.Error(f"the child has ended with {status}", GLib.quark_to_string(Gio.io_error_quark()),
                             Gio.IOErrorEnum.FAILED)
        self.set_result(count)


class ProcessExecutor(GObject.Object, MyThread.Executor):
    """Gives each thread a child process, and a thread of Python's that talks to it."""

    def do_execute(self, thread):
        thread.child = subprocess.Popen([sys.executable, "-c", CHILD, thread.limit], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        threading.Thread(target=self.talk, args=(thread,)).start()
        return True

    def talk(self, thread):
        child = thread.child
        cancellable = thread.get_cancellable()
        connection = cancellable.connect(lambda *unused: child.terminate())
        with child:
            # One that was cancelled before it began is not run; its child was told.
            thread.execute()
        cancellable.disconnect(connection)


def main():
    executor = ProcessExecutor()
    threads = [Primes(argument, executor=executor) for argument in sys.argv[1:]]
    status = 0
    for thread in threads:
        thread.start()
    for thread in threads:
        try:
            thread.join()
            print(f"{thread.dup_name()}: {thread.get_result()[-1]}")
        except GLib.Error as error:
            print(f"{thread.dup_name()}: {error.message}")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
