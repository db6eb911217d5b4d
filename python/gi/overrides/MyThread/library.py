# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What PyGObject makes of the typelib, before anything here is added to it."""

import sys

import gi
from gi.module import get_introspection_module
from gi.repository import Gio, GLib

# The program need not say it: there is one version.
gi.require_version("MyThread", "1.0")

introspected = get_introspection_module("MyThread")
# The name of the package, and of what programs see of it: PyGObject wants an override to be in a module of the namespace's name.
OVERRIDES = "gi.overrides.MyThread"

module = sys.modules["gi.repository.MyThread"]  # what the program sees, and may set `excepthook` on
Base = introspected.Thread
BaseGroup = introspected.ThreadGroup
Code = introspected.ThreadError
State = introspected.ThreadState

DOMAIN = GLib.quark_to_string(Code.quark())
IO_ERROR = Gio.io_error_quark()

# The domain of the error that a Python exception becomes.
PYTHON_EXCEPTION = "python-exception-quark"

UNTIL_IT_ENDS = -1
NOTHING = object()
END = object()

# PyGObject 3.58 never lets go of what is in an array of values that it passes on; 3.42 does.
ARRAYS_OF_VALUES_LEAK = gi.version_info >= (3, 43)
