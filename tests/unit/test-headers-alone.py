#!/usr/bin/env python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each public header: refused when it is included alone, part of the umbrella, complete in itself.

Usage: test-headers-alone.py INCLUDE-DIRECTORIES HEADERS COMPILER...
(the first two with a colon between their parts)
"""

import os
import subprocess
import sys

REFUSAL = 'Only <mythread.h> can be included directly.'


def compile_text(compiler, text, *options):
    return subprocess.run([*compiler, '-xc', *options, '-'], input=text, capture_output=True, text=True)


def main():
    include_dirs = sys.argv[1].split(':')
    headers = sorted(os.path.basename(header) for header in sys.argv[2].split(':'))
    cflags = subprocess.check_output(['pkg-config', '--cflags', 'gio-2.0'], text=True).split()
    compiler = sys.argv[3:] + ['-I' + directory for directory in include_dirs] + cflags
    results = []

    dependencies = compile_text(compiler, '#include <mythread.h>', '-M').stdout.replace('\\\n', ' ').split()
    included = {os.path.basename(path) for path in dependencies if os.path.basename(os.path.dirname(path)) == 'mythread'}
    results.append((included == set(headers), f'the umbrella includes exactly {" ".join(headers)}'))

    for header in headers:
        text = f'#include <mythread/{header}>\n'
        alone = compile_text(compiler, text, '-fsyntax-only')
        results.append((alone.returncode != 0 and REFUSAL in alone.stderr, f'{header} is refused alone'))
        inside = compile_text(compiler, '#define MYTHREAD_INSIDE\n' + text, '-fsyntax-only', '-Wall', '-Werror')
        results.append((inside.returncode == 0, f'{header} is complete in itself'))
        for line in inside.stderr.splitlines():
            print('#', line)

    print(f'1..{len(results)}')
    for number, (good, what) in enumerate(results, 1):
        print('ok' if good else 'not ok', number, '-', what)
    return not all(good for good, _ in results)


sys.exit(main())
