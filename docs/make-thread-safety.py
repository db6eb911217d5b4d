#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the page on thread-safety: make-thread-safety.py GIR TEMPLATE OUTPUT

Every public function of the GIR must say in its documentation which thread may
call it, and whether it blocks; one that does not is an error. The sentences are
the table."""

import re
import sys
import xml.etree.ElementTree as ET

CORE = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"

WHO = re.compile(r"(Any thread[^.;:]*? may call it|From `run\(\)`|For implementers of \[iface@Executor\] only|For the thread that uses the slot)")
BLOCKS = re.compile(r"\b(It does not block|It blocks|without blocking|Blocks the calling thread)\b")
SAME_AS = re.compile(r"That is \[method@(\w+)\.(\w+)\]")

# What has the sentence of another.
FINISH = re.compile(r"Ends what \[method@")

WHO_TEXT = {
    "From `run()`": "`run()`",
    "For implementers of [iface@Executor] only": "an executor",
    "Any thread may call it": "any thread",
    "For the thread that uses the slot": "the thread that uses the slot",
    "Any thread that runs a main loop may call it": "any thread that runs a main loop",
}
BLOCKS_TEXT = {
    "It does not block": "no",
    "without blocking": "no",
    "It blocks": "yes",
    "Blocks the calling thread": "yes",
}

KINDS = {"constructor": "ctor", "method": "method", "function": "func"}


def functions(namespace):
    """Each public function: its container's name, its link for gi-docgen, its name in C, its documentation."""
    for container in list(namespace.findall(CORE + "class")) + list(namespace.findall(CORE + "interface")) + [
            e for e in namespace if e.tag in (CORE + "enumeration", CORE + "bitfield", CORE + "record")] + [namespace]:
        for element in container:
            kind = KINDS.get(element.tag[len(CORE):])
            if kind is None or element.get("moved-to"):
                continue
            name = element.get("name")
            place = container.get("name") if container is not namespace else None
            doc = element.find(CORE + "doc")
            text = re.sub(r"\s+", " ", doc.text) if doc is not None else ""
            # What is skipped, and the functions of enumerations, have no page of their own.
            is_linked = element.get("introspectable") != "0" and container.tag in (CORE + "class", CORE + "interface")
            link = f"[{kind}@{place}.{name}]" if is_linked else f"`{element.get(C + 'identifier')}()`"
            yield place or "Functions", link, element.get(C + "identifier"), text


def main():
    gir, template, output = sys.argv[1:]
    namespace = ET.parse(gir).getroot().find(CORE + "namespace")
    rows = {}
    texts = {name: text for _, _, name, text in functions(namespace)}
    missing = []

    for place, link, name, text in functions(namespace):
        same = SAME_AS.search(text)
        if same and not WHO.search(text):
            text = texts.get(name + "_timeout", "")
        who = WHO.search(text)
        blocks = BLOCKS.search(text)
        who_text = WHO_TEXT.get(who[1], who[1]) if who else ""
        blocks_text = BLOCKS_TEXT[blocks[1]] if blocks else ""
        if FINISH.search(text):
            who_text = who_text or "the callback"
            blocks_text = blocks_text or "no"
        if not who_text or not blocks_text:
            missing.append(name + ": " + ", ".join((["who may call it"] if not who_text else []) +
                                                  (["whether it blocks"] if not blocks_text else [])))
        rows.setdefault(place, []).append((link, who_text, blocks_text))

    if missing:
        print("Their documentation does not say:", *missing, sep="\n  ", file=sys.stderr)
        return 1

    table = []
    for place, entries in rows.items():
        table += [f"### {place}", "", "| function | who may call it | blocks |", "|---|---|---|"]
        table += [f"| {link} | {who} | {blocks} |" for link, who, blocks in entries]
        table.append("")
    with open(template, encoding="utf-8") as file:
        page = file.read()
    with open(output, "w", encoding="utf-8") as file:
        file.write(page.replace("@TABLE@\n", "\n".join(table)))
    print(f"{sum(map(len, rows.values()))} functions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
