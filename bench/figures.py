# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The figures of all runs, as a file: what the tables and the plots are made of."""

import json


def as_json(note, runs):
    """RUNS: a dictionary per run, of a question and a peer, the figures."""
    lines = []
    for question, peer in dict.fromkeys(key for run in runs for key in run):
        measured = [run.get((question, peer)) for run in runs]
        lines.append(f'{json.dumps([question, peer])[1:-1]}, {json.dumps(measured)}')
    text = ',\n'.join(f'[{line}]' for line in lines)
    return f'{{"conditions": {json.dumps(note)},\n"figures": [\n{text}\n]}}\n'


def read(path):
    """The note and the runs."""
    data = json.loads(path.read_text())
    runs = [{} for _ in range(max(len(measured) for _, _, measured in data['figures']))]
    for question, peer, measured in data['figures']:
        for run, figures in zip(runs, measured):
            if figures is not None:
                run[question, peer] = figures
    return data['conditions'], runs
