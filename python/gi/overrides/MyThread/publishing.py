# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What run() publishes."""

import types

from gi.repository import GLib, GObject

from .library import Base
from .records import is_over


class Item(GObject.Object):
    """What is published and is no GObject: it is `value`. Python unpacks it where it reads the results."""

    __module__ = "MyThread"  # a class of gi.overrides gets no GType
    __gtype_name__ = "MyPythonItem"

    def __init__(self, value):
        super().__init__()
        self.value = value

    def __repr__(self):
        return f"<Item {self.value!r}>"


def unpacked(item):
    return item.value if type(item) is Item else item


def publish(thread, item):
    if is_over(thread):
        raise RuntimeError("run() has returned, and with it the stream of results has ended")
    Base.publish(thread, item if isinstance(item, GObject.Object) else Item(item))


def publish_what_it_yields(thread, value):
    """What run() returned: that of a generator function is run here. Returns what is the result."""
    if not isinstance(value, types.GeneratorType):
        return value
    try:
        item = next(value)
        while True:
            publish(thread, item)
            item = None
            try:
                Base.set_error_if_cancelled(thread)
            except GLib.Error as error:
                item = value.throw(error)
            else:
                item = next(value)
    except StopIteration as stop:
        return stop.value
