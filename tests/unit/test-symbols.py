#!/usr/bin/env python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the shared library exports is what its public headers declare, no less and no more.

Usage: test-symbols.py LIBRARY INCLUDE-DIRECTORIES COMPILER...
(the second with a colon between its parts)
"""

import re
import subprocess
import sys


def exported(library):
    lines = subprocess.check_output(['nm', '-D', '--defined-only', '--format=posix', library], text=True).splitlines()
    return {line.split()[0] for line in lines}


def declared(compiler, include_dirs):
    cflags = subprocess.check_output(['pkg-config', '--cflags', 'gio-2.0'], text=True).split()
    includes = ['-I' + directory for directory in include_dirs]
    text = subprocess.run(
        [*compiler, '-E', '-P', '-xc', *includes, *cflags, '-'],
        input='#include <mythread.h>', check=True, capture_output=True, text=True,
    ).stdout
    # What is inline is in no library.
    inline = set(re.findall(r'\bstatic inline[^;{(]*?\b(my_\w+)\s*\([^)]*\)\s*\{', text))
    return set(re.findall(r'\b(my_\w+)\s*\(', text)) - inline


def main():
    in_library = exported(sys.argv[1])
    in_headers = declared(sys.argv[3:], sys.argv[2].split(':'))
    results = [
        (len(in_headers) > 40, 'the headers could be read', in_headers),
        (not in_headers - in_library, 'all that is declared is exported', in_headers - in_library),
        (not in_library - in_headers, 'all that is exported is declared', in_library - in_headers),
        (all(name.startswith('my_') for name in in_library), 'every name begins with my_', set()),
    ]
    print(f'1..{len(results)}')
    for number, (good, what, names) in enumerate(results, 1):
        print('ok' if good else 'not ok', number, '-', what)
        if not good:
            print('#', ' '.join(sorted(names)))
    return not all(good for good, _, _ in results)


sys.exit(main())
