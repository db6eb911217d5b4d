# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""From the figures of the runs to tables."""

from statistics import median


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


def verdict(target, values, base_values):
    if target.kind == 'ratio':
        reached = ratio(values, base_values)
    elif target.kind == 'more':
        reached = per_run(values, base_values, lambda a, b: a - b)
    else:
        reached = median(values.values())
    if reached is None:
        return '?'
    return 'yes' if reached <= target.limit else 'no'


def table(question, column, runs, peers):
    """A title and rows of texts, the head first; or None where nothing was measured."""
    head = ['peer', column.unit, 'min - max']
    if column.cpu:
        head.append(f'{column.unit} of processor')
    if column.ratio:
        head.append(f'x {question.base}')
    if column.growth_from:
        head.append(f'x {column.growth_from}')
    if column.target:
        head += ['target', 'reached']

    rows = []
    base_values = values_of(runs, question.name, question.base, column.figure)
    for peer in peers:
        values = values_of(runs, question.name, peer, column.figure)
        if not values:
            reasons = [run[question.name, peer]['skipped'] for run in runs if 'skipped' in run.get((question.name, peer), {})]
            if reasons:
                rows.append([peer, 'left out', reasons[0]] + [''] * (len(head) - 3))
            continue
        row = [peer, number(median(values.values())), f'{number(min(values.values()))} - {number(max(values.values()))}']
        if column.cpu:
            cpu = values_of(runs, question.name, peer, column.cpu)
            row.append(number(median(cpu.values())) if cpu else '')
        if column.ratio:
            times = ratio(values, base_values)
            row.append('' if times is None else f'{times:.2f}')
        if column.growth_from:
            growth = ratio(values, values_of(runs, column.growth_from, peer, column.figure))
            row.append('' if growth is None else f'{growth:.2f}')
        if column.target:
            target = column.target
            row += [target.text(question.base, column.unit), verdict(target, values, base_values)] if peer in target.peers else ['', '']
        rows.append(row)

    return (column.title, [head] + rows) if rows else None


def as_text(title, rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [title]
    for row in rows:
        # A peer's name begins on the left, a figure ends on the right.
        cells = [cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(row, widths))]
        lines.append('  ' + '  '.join(cells).rstrip())
    return '\n'.join(lines) + '\n'


def as_markdown(title, rows):
    head, *body = rows
    lines = [f'### {title}', '', '| ' + ' | '.join(head) + ' |', '|' + '|'.join(['---'] + ['---:'] * (len(head) - 1)) + '|']
    lines += ['| ' + ' | '.join(row) + ' |' for row in body]
    return '\n'.join(lines) + '\n'
