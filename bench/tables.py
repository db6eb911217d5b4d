# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""From the figures of the runs to tables."""

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Table:
    name: str  # None: there is no plot of it
    title: str
    unit: str
    rows: list  # of texts, the head first
    ranges: dict  # of a peer: median, least and most
    base: str


def number(value):
    if abs(value) >= 1000:
        return f'{value:,.0f}'
    if abs(value) >= 100:
        return f'{value:.0f}'
    if abs(value) >= 10:
        return f'{value:.1f}'
    return f'{value:.2f}'


def values_of(runs, question, peer, figure):
    """One per run in which the peer was measured, with the run's number."""
    return {i: run[question, peer][figure] for i, run in enumerate(runs)
            if figure in run.get((question, peer), {})}


def per_run(values, others, operation):
    """The median over the runs that have both: what disturbs a run disturbs both sides of it."""
    both = [operation(values[i], others[i]) for i in values if others.get(i)]
    return median(both) if both else None


def ratio(values, others):
    return per_run(values, others, lambda a, b: a / b)


def verdict(target, values, other_values, growth_values):
    if target.kind == 'ratio':
        reached = ratio(values, other_values)
    elif target.kind == 'growth':
        reached = ratio(values, growth_values)
    elif target.kind == 'more':
        reached = per_run(values, other_values, lambda a, b: a - b)
    else:
        reached = median(values.values())
    if reached is None:
        return '?'
    return 'yes' if reached <= target.limit else 'no'


def peers_in(runs, question):
    return list(dict.fromkeys(peer for run in runs for name, peer in run if name == question.name))


def reason_of(runs, question, peer):
    reasons = [run[question.name, peer]['skipped'] for run in runs if 'skipped' in run.get((question.name, peer), {})]
    return reasons[0] if reasons else None


def cells(question, column, runs, peer, values):
    """The row of one peer, without its name."""
    base_values = values_of(runs, question.name, question.base, column.figure)
    growth_values = values_of(runs, column.growth_from, peer, column.figure) if column.growth_from else {}
    row = [number(median(values.values())), f'{number(min(values.values()))} - {number(max(values.values()))}']
    if column.cpu:
        cpu = values_of(runs, question.name, peer, column.cpu)
        row.append(number(median(cpu.values())) if cpu else '')
    if column.ratio:
        times = ratio(values, base_values)
        row.append('' if times is None else f'{times:.2f}')
    if column.growth_from:
        growth = ratio(values, growth_values)
        row.append('' if growth is None else f'{growth:.2f}')
    if column.targets:
        asked = [target for target in column.targets if peer in target.peers]
        row.append('; '.join(target.text(question.base, column.unit, column.growth_from) for target in asked))
        row.append('; '.join(verdict(target, values, values_of(runs, question.name, target.of or question.base, column.figure), growth_values)
                             for target in asked))
    return row


def table(question, column, runs):
    """None where nothing was measured."""
    head = ['peer', column.unit, 'min - max']
    if column.cpu:
        head.append(f'{column.unit} of processor')
    if column.ratio:
        head.append(f'x {question.base}')
    if column.growth_from:
        head.append(f'x {column.growth_from}')
    if column.targets:
        head += ['target', 'reached']

    rows = []
    ranges = {}
    for peer in peers_in(runs, question):
        values = values_of(runs, question.name, peer, column.figure)
        reason = reason_of(runs, question, peer)
        if values:
            rows.append([peer] + cells(question, column, runs, peer, values))
            ranges[peer] = median(values.values()), min(values.values()), max(values.values())
        elif reason:
            rows.append([peer, 'left out', reason] + [''] * (len(head) - 3))
    if not ranges:
        return None

    name = question.name if column is question.columns[0] else f'{question.name}-{column.figure.replace("_", "-")}'
    return Table(name if column.plot else None, column.title, column.unit, [head] + rows, ranges, question.base)


def as_text(made):
    widths = [max(len(row[i]) for row in made.rows) for i in range(len(made.rows[0]))]
    lines = [made.title]
    for row in made.rows:
        # A peer's name begins on the left, a figure ends on the right.
        aligned = [cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        lines.append('  ' + '  '.join(aligned).rstrip())
    return '\n'.join(lines) + '\n'


def as_markdown(made):
    head, *body = made.rows
    lines = [f'### {made.title}', '']
    lines += ['| ' + ' | '.join(head) + ' |', '|' + '|'.join(['---'] + ['---:'] * (len(head) - 1)) + '|']
    lines += ['| ' + ' | '.join(row) + ' |' for row in body]
    return '\n'.join(lines) + '\n'
