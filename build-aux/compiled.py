#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Of the files named on standard input, prints those that a build directory compiles."""

import json
import os
import sys

build_dir = sys.argv[1]
with open(os.path.join(build_dir, "compile_commands.json"), encoding="utf-8") as file:
    compiled = {os.path.realpath(os.path.join(entry["directory"], entry["file"])) for entry in json.load(file)}
for line in sys.stdin:
    if os.path.realpath(line.rstrip("\n")) in compiled:
        sys.stdout.write(line)
