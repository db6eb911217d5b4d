#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the lines of the programs in side-by-side.md, and writes the table of it into the page.

Lines that are blank, or nothing but comment, do not count. With --check nothing is written: it
fails if the page says otherwise, or if a peer's program is as short as ours."""

import os
import re
import sys

HEAD = "| what it does | language | with | lines of code |\n|---|---|---|---|\n"
PROGRAMS = {
    "the sizes of directories": {
        "side-du.c": ("C", "MyThread"),
        "side-du-qt.cpp": ("C++", "QtConcurrent"),
        "side-du-gtask.c": ("C", "GTask"),
    },
    "a counter in a window": {
        "side-counter.c": ("C", "MyThread"),
        "side-counter-gtask.c": ("C", "GTask"),
    },
    "checksums, as they are ready": {
        "side-checksums.py": ("Python", "MyThread"),
        "side-checksums-futures.py": ("Python", "concurrent.futures"),
    },
}
DOCS = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(DOCS, "side-by-side.md")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def count(name):
    text = read(os.path.join(DOCS, "code", name))
    if name.endswith(".py"):
        text = re.sub(r"^ *#.*$", "", text, flags=re.MULTILINE)
    else:
        text = re.sub(r"/\*.*?\*/|//.*?$", "", text, flags=re.DOTALL | re.MULTILINE)
    return sum(1 for line in text.splitlines() if line.strip())


def main():
    table = HEAD
    for task, programs in PROGRAMS.items():
        counts = {name: count(name) for name in programs}
        ours, *peers = counts.values()
        if ours >= min(peers):
            sys.exit(f"{task}: a peer is as short: {counts}")
        for name, (language, library) in programs.items():
            table += f"| {task} | {language} | {library} | {counts[name]} |\n"
            task = ""

    page = read(PAGE)
    wanted = re.sub(re.escape(HEAD) + r"(\|.*\n)*", lambda match: table, page)
    if table not in wanted:
        sys.exit(f"{PAGE}: there is no table to be filled in")
    if wanted != page and "--check" in sys.argv[1:]:
        sys.exit(f"{PAGE} says otherwise: run {sys.argv[0]}")
    if wanted != page:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(wanted)


if __name__ == "__main__":
    main()
