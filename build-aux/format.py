#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Formats C files in the house style, or checks that they are.

clang-format does all of it but what it cannot do. It lines up either every
declaration, or none: GNOME's C lines up the parameters of a function that has
one to a line, and no local variables. And it takes the interfaces of a
G_DEFINE_TYPE_WITH_CODE for one long expression.

    static void
    my_thread_foo (MyThread   *self,
                   const char *name,
                   GError    **error)
"""

import argparse
import difflib
import re
import subprocess
import sys

# The start of a list of parameters: a function's name at the start of a line or
# after the type that it returns there, or a function pointer anywhere.
OPENING = re.compile(r"^(?:[A-Za-z_][\w *]*?|.*\(\*\w+\) )\((?=[^()]*,$)")
# `const char *name`, `GError **error`, `char argv[]`, `int (*compare) (gpointer a)`:
# two words at least, so that no call is taken for a declaration.
PARAMETER = re.compile(
    r"^(?P<type>[A-Za-z_]\w*(?: [A-Za-z_]\w*)*) (?P<stars>\**)"
    r"(?P<name>[A-Za-z_]\w*(?:\[[^\]]*\])*|\(\*.*\))$")
TYPE_CODE = re.compile(r"^G_DEFINE_\w+_WITH_CODE \(")


def line_up(lines):
    """Lines up the parameters of each list with one to a line."""
    index = 0
    while index < len(lines):
        opening = OPENING.match(lines[index])
        if not opening:
            index += 1
            continue
        column = opening.end()
        last = index + 1
        while last < len(lines) and lines[last].endswith(",") and lines[last][:column].isspace():
            last += 1
        if last < len(lines) and lines[last][:column].isspace():
            lines[index:last + 1] = line_up_list(lines[index:last + 1], column)
        index = last
    return lines


def line_up_type_code(lines):
    """Puts what a type is made with under each other."""
    column = 0
    for index, line in enumerate(lines):
        if column and lines[index - 1].endswith(")") and line.startswith(" " * column):
            lines[index] = " " * column + line.lstrip()
        elif column and not line.startswith(" " * column):
            column = 0
        opening = TYPE_CODE.match(line)
        if opening:
            column = opening.end()
    return lines


def split_end(text):
    """A parameter, and what follows it: the comma, or the list's end and the rest."""
    depth = 0
    for index, character in enumerate(text):
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        if depth < 0 or (depth == 0 and character == "," and index == len(text) - 1):
            return text[:index], text[index:]
    return text, ""


def line_up_list(lines, column):
    parts = []
    for line in lines:
        text, end = split_end(line[column:])
        match = PARAMETER.match(text)
        if not match:
            return lines
        parts.append((match["type"], match["stars"], match["name"], end))
    width = max(len(kind) + 1 + len(stars) for kind, stars, _, _ in parts)
    return [
        line[:column] + kind + " " * (width - len(kind) - len(stars)) + stars + name + end
        for line, (kind, stars, name, end) in zip(lines, parts)
    ]


def formatted(path):
    """The file's text as it should be."""
    text = subprocess.run(["clang-format", "--style=file", path], check=True, text=True,
                          encoding="utf-8", stdout=subprocess.PIPE).stdout
    return "\n".join(line_up_type_code(line_up(text.split("\n"))))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, show what would change, and fail if anything")
    parser.add_argument("file", nargs="*")
    options = parser.parse_args()

    wrong = 0
    for path in options.file:
        with open(path, encoding="utf-8") as file:
            before = file.read()
        after = formatted(path)
        if after == before:
            continue
        wrong += 1
        if options.check:
            sys.stdout.writelines(difflib.unified_diff(
                before.splitlines(True), after.splitlines(True), path, path + " (formatted)"))
        else:
            with open(path, "w", encoding="utf-8") as file:
                file.write(after)
    if options.check:
        print(f"{len(options.file)} files, {wrong} to be formatted (./dev format does it)")
    return 1 if options.check and wrong else 0


if __name__ == "__main__":
    sys.exit(main())
