#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import queue
import threading

ticks = queue.Queue()
stop = threading.Event()


def tick(count):
    for i in range(count):
        ticks.put(i)
    stop.wait()


thread = threading.Thread(name="ticker", target=tick, args=(3,))
thread.start()
for _ in range(3):
    print("tick", ticks.get())
thread.join(0.05)
print(thread.name, "is alive:", thread.is_alive())
stop.set()
thread.join()
print(thread.name, "is alive:", thread.is_alive())
print("threads:", [thread.name for thread in threading.enumerate()])
