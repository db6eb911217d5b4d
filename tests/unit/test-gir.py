#!/usr/bin/env python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the GIR has to say, and says only where a comment has been annotated.

Usage: test-gir.py GIR
"""

import sys
import xml.etree.ElementTree as ElementTree

CORE = '{http://www.gtk.org/introspection/core/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'
GLIST_MODEL = {'n-items', 'item-type'}  # their accessors are those of the interface


def check_property(place, methods, element):
    """What is missing of one property."""
    name = element.get('name')
    stem = name.replace('-', '_')
    getters = [method for method in (f'get_{stem}', f'dup_{stem}', f'is_{stem}') if method in methods]
    is_settable = element.get('writable') == '1' and element.get('construct-only') != '1'
    setters = [f'set_{stem}'] if is_settable else []

    if len(getters) != 1:
        yield f'{place}:{name} has {len(getters)} getters'
    for kind, accessors in (('get', getters), ('set', setters)):
        for accessor in accessors:
            if accessor not in methods:
                yield f'{place}:{name} has no {accessor}()'
                continue
            if element.get(f'{kind}ter') != accessor:
                yield f'{place}:{name} is not annotated ({kind}ter {accessor})'
            if methods[accessor].get(f'{GLIB}{kind}-property') != name:
                yield f'{place}.{accessor}() is not annotated ({kind}-property {name})'


def check_properties(namespace):
    for container in namespace.findall(CORE + 'class') + namespace.findall(CORE + 'interface'):
        methods = {method.get('name'): method for method in container.findall(CORE + 'method')}
        for element in container.findall(CORE + 'property'):
            if element.get('name') not in GLIST_MODEL:
                yield from check_property(container.get('name'), methods, element)


def check_async(namespace):
    """Who begins something can end it."""
    for container in namespace.findall(CORE + 'class') + namespace.findall(CORE + 'interface'):
        methods = {method.get('name') for method in container.findall(CORE + 'method')}
        for name in methods:
            if name.endswith('_async') and name[:-len('_async')] + '_finish' not in methods:
                yield f'{container.get("name")}.{name}() has no {name[:-len("_async")]}_finish()'


def main():
    namespace = ElementTree.parse(sys.argv[1]).getroot().find(CORE + 'namespace')
    n_properties = len(list(namespace.iter(CORE + 'property')))
    results = [
        (['no properties'] if n_properties < 30 else [], 'the GIR could be read'),
        (list(check_properties(namespace)), 'properties and their accessors name each other'),
        (list(check_async(namespace)), 'each asynchronous call has its finish()'),
    ]
    print(f'1..{len(results)}')
    for number, (missing, what) in enumerate(results, 1):
        print('not ok' if missing else 'ok', number, '-', what)
        for line in missing:
            print('#', line)
    return any(missing for missing, _ in results)


sys.exit(main())
