# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The system calls of one start and join: what a run of more threads makes more of them."""

import re
import subprocess

import tables

FEW, MANY = 500, 1500


def count(program, peer, threads):
    result = subprocess.run(['strace', '-f', '-c', '-U', 'calls,name', str(program), '--peer', peer, '--count', str(threads)],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    calls = {}
    for line in result.stderr.splitlines():
        match = re.fullmatch(r'\s*(\d+)\s+(\w+)\s*', line)
        if match and match[2] != 'total':
            calls[match[2]] = int(match[1])
    return calls


def per_thread(program, peer):
    """Pairs of a name and how many a thread, the most first."""
    few, many = count(program, peer, FEW), count(program, peer, MANY)
    calls = [(name, (many[name] - few.get(name, 0)) / (MANY - FEW)) for name in many]
    return sorted(((name, n) for name, n in calls if abs(n) >= 0.05), key=lambda pair: -pair[1])


def table(programs):
    """programs: pairs of a program's path and a peer."""
    rows = [['peer', 'calls', 'which']]
    for program, peer in programs:
        calls = per_thread(program, peer)
        which = ', '.join(name if abs(n - 1) < 0.05 else f'{n:.1f} {name}' for name, n in calls)
        rows.append([peer, f'{sum(n for _, n in calls):.1f}', which])
    return tables.Table(None, 'System calls of one start and join', 'calls', rows, {}, None)
