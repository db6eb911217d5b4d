#!/usr/bin/env python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The macros that say since when a function is there, and until when: each does what it says, and each function has one.

Usage: test-versions.py INCLUDE-DIRECTORIES HEADERS COMPILER...
(the first two with a colon between their parts)
"""

import os
import re
import subprocess
import sys

AVAILABILITY = re.compile(r'MY_(AVAILABLE_IN_ALL|(AVAILABLE|DEPRECATED)_IN_\d+_\d+(_FOR \(\w+\))?)')
DECLARATION = re.compile(r'(G_DECLARE_\w+ \(|[A-Za-z_][\w *]*?\bmy_\w+ \()')

# As a later version would have it.
LATER = '''
#define MY_VERSION_9_0 (G_ENCODE_VERSION (9, 0))
#if MY_VERSION_MAX_ALLOWED < MY_VERSION_9_0
#define MY_AVAILABLE_IN_9_0 MY_UNAVAILABLE (9, 0)
#else
#define MY_AVAILABLE_IN_9_0 _MY_EXTERN
#endif
'''


class Compiler:
    def __init__(self, include_dirs, command):
        cflags = subprocess.check_output(['pkg-config', '--cflags', 'gio-2.0'], text=True).split()
        self.command = [*command, *('-I' + directory for directory in include_dirs), *cflags]

    def run(self, macro, *options, rest=''):
        """What is said to a program that calls a function which is declared with @macro; and whether it is compiled."""
        text = (f'#include <mythread.h>\n{rest}\n{macro}\nvoid my_probe (void);\n'
                'int main (void) { my_probe (); return 0; }\n')
        result = subprocess.run([*self.command, '-xc', '-fsyntax-only', '-Wall', '-Wextra', *options, '-'],
                                input=text, capture_output=True, text=True)
        return result.returncode == 0, result.stderr


def check_declarations(include_dirs, headers):
    """The declarations that no macro comes before."""
    n = 0
    missing = []
    for header in headers:
        path = next(path for path in (os.path.join(directory, 'mythread', header) for directory in include_dirs)
                    if os.path.exists(path))
        with open(path, encoding='utf-8') as file:
            text = re.sub(r'/\*.*?\*/', '', file.read(), flags=re.DOTALL)
        lines = text.splitlines()
        for number, line in enumerate(lines):
            if DECLARATION.match(line) and not line.startswith('typedef'):
                n += 1
                if not AVAILABILITY.fullmatch(lines[number - 1]):
                    missing.append(f'{header}: {line}')
    return n, missing


def main():
    include_dirs = sys.argv[1].split(':')
    headers = sys.argv[2].split(':')
    compiler = Compiler(include_dirs, sys.argv[3:])
    n_declarations, missing = check_declarations(include_dirs, headers)
    results = [
        (n_declarations > 90 and not missing, 'each function is declared with one', '\n'.join(missing)),
    ]

    def expect(what, macro, *options, good=True, says='', rest=''):
        is_good, said = compiler.run(macro, *options, rest=rest)
        results.append((is_good == good and (says in said if says else not said), what, said))

    lowest = '-DMY_VERSION_MIN_REQUIRED=MY_VERSION_1_0'
    highest = '-DMY_VERSION_MAX_ALLOWED=MY_VERSION_1_0'
    expect('MY_AVAILABLE_IN_ALL says nothing', 'MY_AVAILABLE_IN_ALL')
    expect('MY_AVAILABLE_IN_1_0 says nothing', 'MY_AVAILABLE_IN_1_0')
    expect('MY_AVAILABLE_IN_1_0 says nothing where 1.0 is allowed', 'MY_AVAILABLE_IN_1_0', lowest, highest)
    expect('MY_DEPRECATED_IN_1_0 warns', 'MY_DEPRECATED_IN_1_0', says='deprecated')
    expect('MY_DEPRECATED_IN_1_0 warns where 1.0 is required', 'MY_DEPRECATED_IN_1_0', lowest, says='deprecated')
    expect('MY_DEPRECATED_IN_1_0_FOR names what to use', 'MY_DEPRECATED_IN_1_0_FOR (my_other)', says='my_other')
    expect('MY_DISABLE_DEPRECATION_WARNINGS has it say nothing', 'MY_DEPRECATED_IN_1_0', '-DMY_DISABLE_DEPRECATION_WARNINGS')
    expect('and nothing of what to use', 'MY_DEPRECATED_IN_1_0_FOR (my_other)', '-DMY_DISABLE_DEPRECATION_WARNINGS')
    expect('what is newer than what is allowed is warned of', 'MY_AVAILABLE_IN_9_0', highest,
           says='Not available before 9.0', rest=LATER)
    expect('and not where it is allowed', 'MY_AVAILABLE_IN_9_0', '-DMY_VERSION_MAX_ALLOWED=G_ENCODE_VERSION(9,0)', rest=LATER)
    expect('a version before the first is refused', '', '-DMY_VERSION_MIN_REQUIRED=G_ENCODE_VERSION(0,9)', good=False,
           says='MY_VERSION_MIN_REQUIRED must be')
    expect('and less than what is required', '', '-DMY_VERSION_MIN_REQUIRED=G_ENCODE_VERSION(1,2)', highest, good=False,
           says='MY_VERSION_MAX_ALLOWED must be')

    print(f'1..{len(results)}')
    for number, (good, what, said) in enumerate(results, 1):
        print('ok' if good else 'not ok', number, '-', what)
        if not good:
            for line in said.splitlines():
                print('#', line)
    return not all(good for good, _, _ in results)


sys.exit(main())
