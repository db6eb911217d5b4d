#!/usr/bin/env python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whether the library is built as docs/internals.md says: which folder uses which, and no circle among the files.

test-structure.py SOURCE_DIR ARCHIVE: the archive has the object files of src/, by which it is known what a file uses: `nm` tells of each
symbol whether the file defines it. What is included is looked at too.
"""

import collections
import os
import re
import subprocess
import sys

# Each folder, and those that it may use.
ROOMS = {
    "wait": set(),
    "core": {"wait"},
    "exec": {"core", "wait"},
    "home": {"core", "wait"},
    "sync": {"core", "wait"},
}
# What only core may know: an executor knows a thread by core/my-run-private.h.
PRIVATE = {"core/my-thread-private.h", "core/my-thread-group-private.h"}
MAX_LINES = 600


def read_symbols(archive):
    """The file that defines each symbol, and the symbols that each file uses."""
    defined, used = {}, collections.defaultdict(set)
    name = None
    for line in subprocess.run(["nm", archive], check=True, capture_output=True, text=True).stdout.splitlines():
        if line.endswith(".o:"):
            # meson calls it core_my-after.c.o
            name = os.path.basename(line).removesuffix(".o:").replace("_", "/", 1)
        elif line:
            kind, symbol = line.split()[-2:]
            if kind == "U":
                used[name].add(symbol)
            elif kind.isupper():
                defined[symbol] = name
    return defined, used


def find_circles(arrows):
    """The sets of files that lead to one another."""
    circles, index, low, stack = [], {}, {}, []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(arrows[node]):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            circle = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(circle) > 1:
                circles.append(circle)

    for node in sorted(arrows):
        if node not in index:
            visit(node)
    return circles


def find_included(source_dir, path):
    """All headers of src/ that a file of src/ includes, by way of others too."""
    found, rest = set(), [path]
    while rest:
        with open(os.path.join(source_dir, "src", rest.pop()), encoding="utf-8") as stream:
            new = set(re.findall(r'#include "(\w+/[^"]+)"', stream.read())) - found
        found |= new
        rest += new
    return found


def compare_with_page(page, arrows, failures):
    """The lists of docs/internals.md have each file, after all that it uses; and the way of a thread goes through files that define its functions."""
    with open(os.path.join(page, "docs", "internals.md"), encoding="utf-8") as stream:
        blocks = re.findall(r"^```\n(.*?)^```$", stream.read(), re.M | re.S)
    place = {}
    for block in blocks:
        if not block.startswith("wait\n"):
            continue
        for line in block.splitlines():
            if not line.startswith(" "):
                room = line
                continue
            for name in re.findall(r"my-[\w-]+", line):
                place[f"{room}/{name}.c"] = len(place)
    for name in sorted(arrows.keys() - place.keys()):
        failures["page"].append(f"{name} is not in the lists of docs/internals.md")
    for name in sorted(place.keys() - arrows.keys()):
        failures["page"].append(f"{name} is in the lists of docs/internals.md, and not in src/")
    for name in sorted(arrows.keys() & place.keys()):
        for other in sorted(arrows[name] & place.keys()):
            if place[other] > place[name]:
                failures["page"].append(f"{name} uses {other}, which stands after it in docs/internals.md")

    n_steps = 0
    for block in blocks:
        for function, file in re.findall(r"^ *(\w+)\(\) +(\w+/my-[\w-]+\.c)", block, re.M):
            n_steps += 1
            with open(os.path.join(page, "src", file), encoding="utf-8") as stream:
                if not re.search(rf"^{function} \(", stream.read(), re.M):
                    failures["page"].append(f"{function}() is not in {file}, as docs/internals.md says")
    if len(place) < 50 or n_steps < 10:
        failures["page"].append("docs/internals.md has not what it is to be compared with")


def main():
    source_dir, archive = sys.argv[1:]
    failures = collections.defaultdict(list)
    sys.setrecursionlimit(10000)

    defined, used = read_symbols(archive)
    arrows = {name: set() for name in set(defined.values()) | set(used)}
    for name, symbols in used.items():
        for symbol in symbols & defined.keys():
            other = defined[symbol]
            if other == name:
                continue
            # The name of a type is no more than that: whoever uses its functions has an arrow for them.
            if not symbol.endswith("_get_type"):
                arrows[name].add(other)
            room, other_room = name.split("/")[0], other.split("/")[0]
            if other_room != room and other_room not in ROOMS[room]:
                failures["rooms"].append(f"{name} uses {symbol}() of {other}")
    for circle in find_circles(arrows):
        failures["circles"].append(" ".join(circle))

    n_files = 0
    for room in sorted(os.listdir(os.path.join(source_dir, "src"))):
        folder = os.path.join(source_dir, "src", room)
        if not os.path.isdir(folder):
            continue
        if room not in ROOMS:
            failures["rooms"].append(f"src/{room} is no room that this test knows")
            continue
        for file in sorted(os.listdir(folder)):
            with open(os.path.join(folder, file), encoding="utf-8") as stream:
                text = stream.read()
            n_files += 1
            if text.count("\n") > MAX_LINES:
                failures["sizes"].append(f"src/{room}/{file} has {text.count(chr(10))} lines")
            if room != "core":
                for header in sorted(find_included(source_dir, f"{room}/{file}") & PRIVATE):
                    failures["includes"].append(f"src/{room}/{file} comes to include {header}")
            for header in re.findall(r'#include "((\w+)/[^"]+)"', text):
                if header[1] != room and header[1] not in ROOMS[room]:
                    failures["includes"].append(f"src/{room}/{file} includes {header[0]}")

    compare_with_page(source_dir, arrows, failures)

    print("TAP version 14")
    print("1..5")
    for i, name in enumerate(("rooms", "circles", "includes", "sizes", "page"), 1):
        for failure in failures[name]:
            print(f"# {failure}")
        print(f"{'not ok' if failures[name] else 'ok'} {i} /structure/{name}")
    # A test that has seen nothing has shown nothing.
    if len(arrows) < 50 or n_files < 50:
        print(f"Bail out! there are but {len(arrows)} objects, and {n_files} files")


main()
