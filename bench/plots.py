# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""From a table to a picture: a bar per peer for the median, and a whisker from the least to the most."""

import math
from xml.sax.saxutils import escape

from tables import number

WIDTH = 760
LABELS = 190  # what the peers' names take on the left
FIGURES = 80  # what the medians take on the right
TOP, ROW, BAR, BOTTOM = 46, 26, 16, 34
LOG_FROM = 12  # a range of medians from which on equal steps would show nothing but the largest

STYLE = '''
    .ours { fill: #1a5fb4; }
    .floor { fill: #c0bfbc; }
    .peer { fill: #99c1f1; }
    .whisker { stroke: #241f31; stroke-width: 1.5; fill: none; }
    .grid { stroke: #deddda; stroke-width: 1; }
    .base { stroke: #77767b; stroke-width: 1.5; stroke-dasharray: 4 3; }
    text { font: 13px sans-serif; fill: #241f31; }
    .title { font-size: 15px; font-weight: bold; }
    .own { font-weight: bold; }
    .small { font-size: 11.5px; fill: #5e5c64; }
    @media (prefers-color-scheme: dark) {
      .ours { fill: #62a0ea; }
      .floor { fill: #5e5c64; }
      .peer { fill: #1c4a80; }
      .whisker { stroke: #f6f5f4; }
      .grid { stroke: #3d3846; }
      .base { stroke: #9a9996; }
      text { fill: #f6f5f4; }
      .small { fill: #c0bfbc; }
    }
  '''


def kind(peer):
    if peer.startswith(('mythread', 'my_thread')):
        return 'ours'
    if peer.startswith(('floor', 'sequential')):
        return 'floor'
    return 'peer'


def linear_ticks(most):
    step = 10 ** math.floor(math.log10(most))
    for part in (0.1, 0.2, 0.25, 0.5, 1, 2):
        if most / (step * part) <= 6:
            step *= part
            break
    return [i * step for i in range(int(most / step) + 1)]


class Scale:
    """From a figure to a place on the x axis."""

    def __init__(self, ranges):
        positive = [middle for middle, _, _ in ranges if middle > 0]
        # A single disturbed run shall not squeeze all bars: its whisker ends at the edge.
        self.most = max(min(most, 2.5 * max(positive, default=1)) for _, _, most in ranges) or 1
        self.log = bool(positive) and max(positive) / min(positive) >= LOG_FROM
        if self.log:
            least = min(least for _, least, _ in ranges if least > 0)
            self.first = 10 ** math.floor(math.log10(min(least, min(positive)) * 0.8))
            self.ticks = [10.0 ** i for i in range(round(math.log10(self.first)), math.floor(math.log10(self.most)) + 1)]
        else:
            self.first = 0
            self.ticks = linear_ticks(self.most)

    def place(self, value):
        if self.log:
            part = math.log(max(value, self.first) / self.first) / math.log(self.most / self.first)
        else:
            part = value / self.most
        return LABELS + min(part, 1) * (WIDTH - LABELS - FIGURES)


def tick_text(value):
    return f'{value:,.0f}' if value >= 1 and value == int(value) else f'{value:g}'


def svg(table):
    scale = Scale(list(table.ranges.values()))
    bottom = TOP + len(table.ranges) * ROW
    unit = f'{table.unit}, logarithmic; less is better' if scale.log else f'{table.unit}; less is better'
    parts = []
    for tick in scale.ticks:
        x = scale.place(tick)
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP} V{bottom}"/>')
        parts.append(f'<text class="small" x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{tick_text(tick)}</text>')
    for i, (peer, (middle, least, most)) in enumerate(table.ranges.items()):
        centre = TOP + i * ROW + ROW / 2
        left, right, end = scale.place(least), scale.place(most), scale.place(middle)
        own = ' class="own"' if kind(peer) == 'ours' else ''
        parts += [
            f'<rect class="{kind(peer)}" x="{LABELS}" y="{centre - BAR / 2:.1f}" width="{max(end - LABELS, 1):.1f}" height="{BAR}"/>',
            f'<path class="whisker" d="M{left:.1f} {centre:.1f} H{right:.1f} M{left:.1f} {centre - 4:.1f} v8 M{right:.1f} {centre - 4:.1f} v8"/>',
            f'<text{own} x="{LABELS - 10}" y="{centre + 4.5:.1f}" text-anchor="end">{escape(peer)}</text>',
            f'<text{own} x="{WIDTH - 8}" y="{centre + 4.5:.1f}" text-anchor="end">{number(middle)}</text>',
        ]
    if table.base in table.ranges:
        x = scale.place(table.ranges[table.base][0])
        parts.append(f'<path class="base" d="M{x:.1f} {TOP} V{bottom}"/>')
    body = '\n  '.join(parts)
    return ('<!-- Copyright 2026 The MyThread authors\n     SPDX-License-Identifier: LGPL-2.1-or-later -->\n'
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + BOTTOM}" width="{WIDTH}" height="{bottom + BOTTOM}" '
            f'role="img" aria-labelledby="title">\n'
            f'  <title id="title">{escape(table.title)}</title>\n  <style>{STYLE}</style>\n'
            f'  <text class="title" x="8" y="20">{escape(table.title)}</text>\n'
            f'  <text class="small" x="8" y="38">{unit}</text>\n'
            f'  {body}\n</svg>\n')
