# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The list of results."""

from gi.repository import Gio, GObject

from .process import process
from .publishing import unpacked


class _Results(GObject.Object, Gio.ListModel):
    """The list of results, as a sequence of what was published."""

    # The library makes this type when the first list is made.
    __gtype__ = process.main.props.results.__gtype__

    def get_item(self, position):
        """What was published, or None behind the end."""
        return unpacked(Gio.ListModel.get_item(self, position))

    def __getitem__(self, key):
        if isinstance(key, slice):
            return [self.get_item(i) for i in range(*key.indices(len(self)))]
        return self.get_item(range(len(self))[key])

    def __contains__(self, value):
        return any(item is value or item == value for item in self)


_Results.__gtype__.pytype = _Results
