# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where the instructions of one piece of work go: what a run of more pieces makes more of each function, as callgrind counts them."""

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import tables


@dataclass(frozen=True)
class Work:
    title: str
    program: str
    peer: str
    mode: str
    few: int
    many: int
    functions: tuple  # with all that they call


# What GObject itself takes, beside what is ours.
WORKS = (
    Work('An object run by a pool, its end handled in the main loop', 'pool-object', 'mythread', 'in-flight', 2000, 6000,
         ('g_object_new', 'g_signal_connect_data', 'my_executor_submit', 'my_worker_main', 'g_signal_emit', 'g_object_unref')),
    Work('The same without a pool: GObject alone', 'pool-object', 'floor-signal', 'in-flight', 2000, 6000,
         ('g_object_new', 'g_signal_connect_data', 'g_signal_emit', 'g_object_unref')),
    Work('One task submitted to an idle pool and joined', 'submit-join-mythread', 'mythread', 'back-to-back', 2000, 6000,
         ('g_object_new', 'my_executor_submit', 'my_thread_join', 'my_worker_main', 'g_object_unref')),
    Work('An empty thread started and joined', 'start-join-mythread', 'mythread', 'back-to-back', 2000, 6000,
         ('g_object_new', 'my_thread_start', 'my_thread_join', 'my_os_thread_cache_run', 'g_object_unref')),
)


def count(build, work, pieces):
    """Of each function, and of '' for all, the instructions of a whole run."""
    with tempfile.TemporaryDirectory(prefix='bench-') as folder:
        file = Path(folder, 'callgrind')
        subprocess.run(['valgrind', '--quiet', '--tool=callgrind', f'--callgrind-out-file={file}', str(build / 'bench' / work.program),
                        '--peer', work.peer, '--mode', work.mode, '--count', str(pieces)],
                       stdout=subprocess.DEVNULL, check=True)
        listing = subprocess.run(['callgrind_annotate', '--inclusive=yes', '--threshold=100', str(file)],
                                 stdout=subprocess.PIPE, text=True, check=True).stdout
    counts = {}
    for line in listing.splitlines():
        match = re.match(r'\s*([\d,]+) \(.*?%\)\s+(?:.*?:)?([\w\']+|PROGRAM TOTALS)(?: \[.*\])?$', line)
        if match:
            name = '' if match[2] == 'PROGRAM TOTALS' else match[2]
            counts[name] = max(counts.get(name, 0), int(match[1].replace(',', '')))
    return counts


def measure(build):
    """Of each work's title, pairs of a function and its instructions for a piece; '' is all of them."""
    measured = {}
    for work in WORKS:
        few, many = count(build, work, work.few), count(build, work, work.many)
        measured[work.title] = [(name, (many[name] - few.get(name, 0)) / (work.many - work.few))
                                for name in ('',) + work.functions if name in many]
    return measured


def as_json(measured):
    lines = (f'{json.dumps(title)}: {json.dumps(parts)}' for title, parts in measured.items())
    return '{\n' + ',\n'.join(lines) + '\n}\n'


def read(path):
    return json.loads(path.read_text())


def made_tables(measured):
    made = []
    for title, parts in measured.items():
        whole = dict(parts)['']
        rows = [['with all that it calls', 'instructions', 'of all']]
        rows += [[f'`{name}()`' if name else 'all', tables.number(n), f'{100 * n / whole:.0f} %'] for name, n in parts]
        made.append(tables.Table(None, title, 'instructions', rows, {}, None))
    return made
