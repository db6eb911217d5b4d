#!/usr/bin/env python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library is built as hard to attack as it was to be: looked at in the library itself, not in the flags.

Usage: test-hardening.py LIBRARY OBJECTS hardened|plain FLAG...
OBJECTS: the archive of what LIBRARY was linked from. FLAG: what the compiler supports, and the objects were compiled with.
"""

import re
import subprocess
import sys


def read(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def imported(library):
    lines = read('nm', '-D', '--undefined-only', '--format=posix', library).splitlines()
    return {line.split()[0].split('@')[0] for line in lines}


def members_without(archive, feature):
    """The members whose note does not have it."""
    lacking = []
    for part in re.split(r'^File: ', read('readelf', '-nW', archive), flags=re.MULTILINE)[1:]:
        if feature not in part:
            lacking.append(part.splitlines()[0])
    return lacking


def main():
    library, archive, build = sys.argv[1:4]
    flags = sys.argv[4:]
    symbols = imported(library)
    program_headers = read('readelf', '-lW', library)
    dynamic = read('readelf', '-dW', library)
    results = []

    def check(good, what, details=''):
        results.append(('ok' if good else 'not ok', what, details))

    def check_if(condition, good, what, details=''):
        if condition:
            check(good(), what, details)
        else:
            results.append(('ok', f'{what} # SKIP not in this build', ''))

    check('GNU_RELRO' in program_headers, 'what the linker has relocated is read-only')
    check('BIND_NOW' in dynamic, 'all of it is, from the start')
    check(not re.search(r'GNU_STACK.*E\s+0x', program_headers), 'the stack is not executable')
    check(build == 'plain' or '-fstack-protector-strong' in flags, 'an optimised build is hardened')
    check_if('-fstack-protector-strong' in flags, lambda: '__stack_chk_fail' in symbols, 'stacks are guarded')
    fortified = {name for name in symbols if re.fullmatch(r'__\w+_chk', name)}
    check_if(any(flag.startswith('-D_FORTIFY_SOURCE') for flag in flags), lambda: bool(fortified), 'the C library checks sizes')
    # In the objects: the note of the library has it only if the compiler's own have it as well.
    for flag, feature in ('-fcf-protection', 'IBT'), ('-fcf-protection', 'SHSTK'), ('-mbranch-protection=standard', 'BTI'):
        check_if(flag in flags, lambda feature=feature: not members_without(archive, feature), f'all objects have {feature}')

    print(f'1..{len(results)}')
    for number, (result, what, details) in enumerate(results, 1):
        print(result, number, '-', what)
        if details:
            print('#', details)
    return any(result != 'ok' for result, _, _ in results)


sys.exit(main())
