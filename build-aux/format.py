#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Formats C files in the house style, or checks that they are.

clang-format does all of it but this. It takes what G_DEFINE_QUARK or
G_DEFINE_TYPE_WITH_CODE is given for arithmetic, and an initializer in a macro for
a block: those are as their author wrote them, and so is the space before a
comment or a backslash that ends a line. And it lines up either every declaration,
or none: GNOME's C lines up the parameters of a function that has one to a line,
and no local variables:

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
# What ends a line and is not code.
GAP = re.compile(r"^(?P<code>.*\S)(?P<gap> +)(?P<end>/\*.*|\\)$")
# What clang-format does not understand: to the end of its last line.
FOREIGN = re.compile(r"^(?:G_DEFINE_\w+ \((?:[^()]|\([^()]*\))*\)|#define \w+ \{.*\})$", re.MULTILINE)
OFF, ON = "/* clang-format off */", "/* clang-format on */"


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


def keep_gaps(before, after):
    """Takes the space before a comment or a backslash at a line's end from the author."""
    squeezed = [["".join(line.split()) for line in lines] for lines in (before, after)]
    for block in difflib.SequenceMatcher(None, *squeezed, autojunk=False).get_matching_blocks():
        in_kept_comment = False
        for old, new in zip(range(block.a, block.a + block.size), range(block.b, block.b + block.size)):
            if in_kept_comment:
                after[new] = before[old]
                in_kept_comment = "*/" not in after[new]
                continue
            theirs, ours = GAP.match(before[old]), GAP.match(after[new])
            if theirs and ours and theirs["code"].strip() == ours["code"].strip():
                after[new] = ours["code"] + theirs["gap"] + ours["end"]
                in_kept_comment = after[new] == before[old] and ours["end"].startswith("/*") and "*/" not in ours["end"]
    return after


def formatted(path, before):
    """The file's text as it should be."""
    marked = FOREIGN.sub(lambda match: f"{OFF}\n{match[0]}\n{ON}", before)
    text = subprocess.run(["clang-format", "--style=file", f"--assume-filename={path}"], check=True, text=True,
                          encoding="utf-8", input=marked, stdout=subprocess.PIPE).stdout
    lines = [line for line in text.split("\n") if line not in (OFF, ON)]
    return "\n".join(keep_gaps(before.split("\n"), line_up(lines)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, show what would change, and fail if anything")
    parser.add_argument("file", nargs="*")
    options = parser.parse_args()

    wrong = 0
    for path in options.file:
        with open(path, encoding="utf-8") as file:
            before = file.read()
        after = formatted(path, before)
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
