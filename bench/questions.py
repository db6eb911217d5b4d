# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is asked, of whom, and what is to be reached."""

from dataclasses import dataclass, field
from typing import Optional


@dataclass(frozen=True)
class Target:
    """At most LIMIT: times the base in the same run ('ratio'), above the base ('more'), or as it is ('value')."""

    peers: tuple
    kind: str
    limit: float

    def text(self, base, unit):
        if self.kind == 'ratio':
            return f'<= {self.limit:.2f} x {base}'
        if self.kind == 'more':
            return f'<= {base} + {self.limit:g} {unit}'
        return f'<= {self.limit:g} {unit}'


@dataclass(frozen=True)
class Column:
    """One figure that the programs print, as a table of its own."""

    figure: str
    unit: str
    title: str
    target: Optional[Target] = None
    cpu: Optional[str] = None  # the figure of the processor time that goes with it
    ratio: bool = True
    growth_from: Optional[str] = None  # the question whose figure of the same run this one is divided by


@dataclass(frozen=True)
class Question:
    name: str
    programs: tuple  # prefixes of the programs' names: where a toolkit is missing, so is its program
    mode: str
    count: int
    smoke_count: int
    base: str
    columns: tuple
    peers: tuple = field(default=())  # empty: all there are


THREADS = ('pthread', 'glib', 'mythread', 'std', 'qt')


def thread_programs(name):
    return tuple(f'{name}-{toolkit}' for toolkit in THREADS)


QUESTIONS = (
    Question(
        'start-join', thread_programs('start-join'), 'back-to-back', 4000, 5, 'pthread',
        (Column('us', 'us', 'Start and join an empty thread, back to back', Target(('mythread',), 'ratio', 1.10), cpu='cpu_us'),),
    ),
    Question(
        'start-join-idle', thread_programs('start-join'), 'idle', 1000, 5, 'pthread',
        (Column('us', 'us', 'Start and join an empty thread, 200 us of idle time before each', cpu='cpu_us'),),
    ),
    Question(
        'alive-1000', thread_programs('alive'), 'all-at-once', 1000, 10, 'pthread',
        (Column('us', 'us', '1,000 threads alive at once, time per thread', cpu='cpu_us'),
         Column('rss_kib', 'KiB', '1,000 threads alive at once, resident memory per thread')),
    ),
    Question(
        'alive-10000', thread_programs('alive'), 'all-at-once', 10000, 20, 'pthread',
        (Column('us', 'us', '10,000 threads alive at once, time per thread', Target(('mythread',), 'ratio', 1.10),
                cpu='cpu_us', growth_from='alive-1000'),
         Column('rss_kib', 'KiB', '10,000 threads alive at once, resident memory per thread', Target(('mythread',), 'more', 2.0)),
         Column('page_tables_kib', 'KiB', '10,000 threads alive at once, page tables per thread')),
    ),
    Question(
        'delivery-burst', ('delivery',), 'burst', 1000000, 20, 'floor-signal',
        (Column('ns', 'ns', 'An event to the main loop, posted in bursts of 1,000 while the loop is blocked',
                Target(('mythread-progress', 'mythread-started'), 'value', 200), cpu='cpu_ns'),),
    ),
    Question(
        'delivery-one-burst', ('delivery',), 'one-burst', 1000000, 20, 'floor-signal',
        (Column('ns', 'ns', 'An event to the main loop, all 1,000,000 of as many objects posted before the first is delivered',
                Target(('mythread-progress', 'mythread-started'), 'value', 200), cpu='cpu_ns'),),
    ),
    Question(
        'delivery-concurrent', ('delivery',), 'concurrent', 1000000, 20, 'floor-signal',
        (Column('ns', 'ns', 'An event to the main loop, posted in rounds of 10,000 while the loop runs', cpu='cpu_ns'),),
    ),
    Question(
        'progress', ('progress',), 'loop-runs', 1000000, 20, 'floor',
        (Column('ns', 'ns', 'A progress update, 1,000,000 of one worker while the loop runs', Target(('mythread',), 'value', 20),
                cpu='cpu_ns'),
         Column('handler_calls', 'calls', 'Handler calls for 1,000,000 updates while the loop runs', ratio=False)),
    ),
    Question(
        'progress-blocked', ('progress',), 'loop-blocked', 1000000, 20, 'floor',
        (Column('ns', 'ns', 'A progress update, 1,000,000 of one worker while the loop is blocked', Target(('mythread',), 'value', 20),
                cpu='cpu_ns'),),
    ),
    Question(
        'object', ('object',), 'new-unref', 1000000, 5, 'GObject',
        (Column('ns', 'ns', 'An object made and freed, never started'),
         Column('bytes', 'bytes', 'Heap memory of an object, never started')),
    ),
    Question(
        'in-flight-pool', ('in-flight',), 'pool', 100000, 10, 'GTask',
        (Column('ns', 'ns', 'A thread on the pool, made, started, run, told of in the main loop and let go; 100,000 in flight',
                Target(('mythread-overridden',), 'ratio', 0.34)),),
    ),
    Question(
        'in-flight-batch', ('in-flight',), 'batch', 100000, 10, 'mythread-unheard',
        (Column('ns', 'ns', 'The same with 100,000 in flight at once, run one after the other by the main thread'),
         Column('bytes', 'bytes', 'Heap memory of each', Target(('mythread-overridden',), 'value', 1024))),
    ),
)
