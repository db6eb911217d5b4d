# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is asked, of whom, and what is to be reached."""

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Target:
    """At most LIMIT: times another peer (of none: the base) in the same run ('ratio'), above it ('more'), as it is ('value'), or times what
    the same peer has in the question that the growth is from ('growth')."""

    peers: tuple
    kind: str
    limit: float
    of: Optional[str] = None

    def text(self, base, unit, growth_from):
        if self.kind == 'ratio':
            return f'<= {self.limit:.2f} x {self.of or base}'
        if self.kind == 'more':
            return f'<= {self.of or base} + {self.limit:g} {unit}'
        if self.kind == 'growth':
            return f'<= {self.limit:.2f} x {growth_from}'
        return f'<= {self.limit:g} {unit}'


@dataclass(frozen=True)
class Column:
    """One figure that the programs print, as a table of its own, and as a plot."""

    figure: str
    unit: str
    title: str
    targets: tuple = ()
    cpu: Optional[str] = None  # the figure of the processor time that goes with it
    ratio: bool = True
    growth_from: Optional[str] = None  # the question whose figure of the same run this one is divided by
    plot: bool = True


@dataclass(frozen=True)
class Question:
    name: str
    programs: tuple  # where a toolkit is missing, so is its program
    mode: str
    count: int
    smoke_count: int
    base: str
    columns: tuple
    setting: Optional[str] = None  # 'one-processor': pinned to one; 'busy': beside as many busy processes as there are processors


# The toolkits that a machine may lack, and what they are called.
TOOLKITS = {
    'java': 'Java',
    'openmp': 'OpenMP',
    'qt': 'Qt 6',
    'tbb': 'oneTBB',
}


def programs(name, *toolkits):
    return tuple(f'{name}-{toolkit}' for toolkit in toolkits)


START_JOIN = programs('start-join', 'pthread', 'glib', 'mythread', 'qt', 'floor')
ALIVE = programs('alive', 'pthread', 'glib', 'mythread', 'qt')
POOL_PUSH = programs('pool-push', 'floor', 'mythread', 'glib', 'qt', 'tbb', 'openmp')
POOL_MEMORY = programs('pool-push', 'floor', 'mythread', 'glib', 'qt', 'tbb')
SUBMIT_JOIN = programs('submit-join', 'gobject', 'mythread', 'glib', 'qt', 'tbb')


def ours(kind, limit, of=None, peer='mythread'):
    return (Target((peer,), kind, limit, of),)


QUESTIONS = (
    Question(
        'start-join', START_JOIN, 'back-to-back', 4000, 5, 'pthread',
        (Column('us', 'us', 'Start and join an empty thread, back to back', ours('ratio', 0.04), cpu='cpu_us'),),
    ),
    Question(
        'start-join-pinned', START_JOIN, 'back-to-back', 4000, 5, 'pthread',
        (Column('us', 'us', 'Start and join an empty thread, back to back, all on one processor', ours('ratio', 0.20), cpu='cpu_us'),),
        setting='one-processor',
    ),
    Question(
        'start-join-busy', START_JOIN, 'back-to-back', 1000, 5, 'pthread',
        (Column('us', 'us', 'Start and join an empty thread, back to back, beside a busy process per processor', ours('ratio', 0.20),
                cpu='cpu_us'),),
        setting='busy',
    ),
    Question(
        'start-join-idle', START_JOIN, 'idle', 1000, 5, 'pthread',
        (Column('us', 'us', 'Start and join an empty thread, 200 us of idle time before each', ours('ratio', 0.40)),
         Column('cpu_us', 'us', 'Processor time of a start and a join, and of the 200 us of idle time before it', ours('ratio', 1.00))),
    ),
    Question(
        'alive-1000', ALIVE, 'all-at-once', 1000, 10, 'pthread',
        (Column('us', 'us', '1,000 threads alive at once, time per thread', cpu='cpu_us'),
         Column('rss_kib', 'KiB', '1,000 threads alive at once, resident memory per thread', plot=False)),
    ),
    Question(
        'alive-10000', ALIVE, 'all-at-once', 10000, 20, 'pthread',
        (Column('us', 'us', '10,000 threads alive at once, time per thread',
                ours('ratio', 1.05) + ours('growth', 1.25), cpu='cpu_us', growth_from='alive-1000'),
         Column('rss_kib', 'KiB', '10,000 threads alive at once, resident memory per thread', ours('more', 2.0))),
    ),
    Question(
        'pool-push', POOL_PUSH, 'one-producer', 1000000, 40, 'floor-ring',
        (Column('ns', 'ns', 'An empty task on 2 workers, 1,000,000 pushed by one producer', ours('value', 40), cpu='cpu_ns'),),
    ),
    Question(
        'pool-push-many', POOL_PUSH, 'four-producers', 1000000, 40, 'floor-ring',
        (Column('ns', 'ns', 'An empty task on 2 workers, 1,000,000 pushed by four producers', ours('value', 40), cpu='cpu_ns'),),
    ),
    Question(
        'pool-push-memory', POOL_MEMORY, 'memory', 1000000, 40, 'floor-ring',
        (Column('bytes', 'bytes', 'Memory of a queued task, 1,000,000 of them queued', ours('value', 48)),),
    ),
    Question(
        'pool-object', ('pool-object',), 'in-flight', 100000, 10, 'GTask',
        (Column('ns', 'ns', 'An object run by a pool, its end handled in the main loop, 100,000 in flight', ours('value', 800),
                cpu='cpu_ns'),),
    ),
    Question(
        'pool-object-memory', ('pool-object',), 'memory', 100000, 10, 'GTask',
        (Column('bytes', 'bytes', 'Memory of an object in flight, 100,000 of them', ours('value', 1024)),),
    ),
    Question(
        'submit-join', SUBMIT_JOIN, 'back-to-back', 10000, 5, 'floor-object',
        (Column('us', 'us', 'One task submitted to an idle pool and joined, back to back', ours('value', 0.6), cpu='cpu_us'),),
    ),
    Question(
        'submit-join-idle', SUBMIT_JOIN, 'idle', 1000, 5, 'floor-object',
        (Column('us', 'us', 'One task submitted to an idle pool and joined, 200 us of idle time before each'),
         Column('cpu_us', 'us', 'Processor time of a task submitted and joined, and of the 200 us of idle time before it')),
    ),
    Question(
        'fork-join', programs('fork-join', 'floor', 'mythread', 'tbb', 'java'), 'fib', 30, 10, 'floor-deque',
        (Column('ns', 'ns', 'A forked branch of fib(30), 2 threads', ours('value', 9), cpu='cpu_ns'),),
    ),
    Question(
        'parallel-for', programs('parallel-for', 'floor', 'mythread', 'openmp', 'tbb', 'glib'), 'sum', 16 * 1024 * 1024, 1000,
        'sequential',
        (Column('ns', 'ns', 'An element of a sum over 16 Mi square roots, 2 threads', ours('ratio', 1.02, 'OpenMP-static'), cpu='cpu_ns'),),
    ),
    Question(
        'idle-pool', programs('idle-pool', 'floor', 'mythread', 'glib', 'tbb', 'openmp'), 'idle', 2000, 5, 'floor-ring',
        (Column('cpu_us', 'us', 'Processor time that an idle pool of 2 workers takes in a second', ratio=False, plot=False),
         Column('switches', 'switches', 'Voluntary context switches of an idle pool of 2 workers in a second', ratio=False, plot=False)),
    ),
    Question(
        'delivery-burst', ('delivery',), 'burst', 1000000, 20, 'floor-signal',
        (Column('ns', 'ns', 'An event to the main loop, posted in bursts of 1,000 while the loop is blocked',
                (Target(('mythread-progress', 'mythread-started'), 'value', 200),), cpu='cpu_ns'),),
    ),
    Question(
        'delivery-one-burst', ('delivery',), 'one-burst', 1000000, 20, 'floor-signal',
        (Column('ns', 'ns', 'An event to the main loop, all 1,000,000 of as many objects posted before the first is delivered',
                (Target(('mythread-progress', 'mythread-started'), 'value', 200),), cpu='cpu_ns'),),
    ),
    Question(
        'delivery-concurrent', ('delivery',), 'concurrent', 1000000, 20, 'floor-signal',
        (Column('ns', 'ns', 'An event to the main loop, posted in rounds of 10,000 while the loop runs', cpu='cpu_ns'),),
    ),
    Question(
        'progress', ('progress',), 'loop-runs', 1000000, 20, 'floor',
        (Column('ns', 'ns', 'A progress update, 1,000,000 of one worker while the loop runs', ours('value', 20),
                cpu='cpu_ns'),
         Column('handler_calls', 'calls', 'Handler calls for 1,000,000 updates while the loop runs', ratio=False, plot=False)),
    ),
    Question(
        'progress-blocked', ('progress',), 'loop-blocked', 1000000, 20, 'floor',
        (Column('ns', 'ns', 'A progress update, 1,000,000 of one worker while the loop is blocked', ours('value', 20),
                cpu='cpu_ns'),),
    ),
    Question(
        'object', ('object',), 'new-unref', 1000000, 5, 'GObject',
        (Column('ns', 'ns', 'An object made and freed, never started'),
         Column('bytes', 'bytes', 'Heap memory of an object, never started', plot=False)),
    ),
    Question(
        'in-flight-batch', ('in-flight',), 'batch', 100000, 10, 'mythread-unheard',
        (Column('ns', 'ns', 'The same with 100,000 in flight at once, run one after the other by the main thread'),
         Column('bytes', 'bytes', 'Heap memory of each', ours('value', 1024, peer='mythread-overridden'))),
    ),
)
