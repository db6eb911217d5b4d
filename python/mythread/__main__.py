# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""python3 -m mythread (PROGRAM | -m MODULE | -c CODE) [ARGUMENT...]: runs it on MyThread in place of threading."""

import os
import runpy
import sys

import mythread

USAGE = "usage: python3 -m mythread (PROGRAM | -m MODULE | -c CODE) [ARGUMENT...]"


def main():
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-m", "-c") and len(arguments) < 2:
        print(USAGE, file=sys.stderr)
        return 2
    if arguments[0] in ("-h", "--help"):
        print(USAGE)
        return 0

    mythread.install()
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        sys.path[0] = os.getcwd()
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    elif arguments[0] == "-c":
        sys.argv = ["-c"] + arguments[2:]
        sys.path[0] = ""
        module = sys.modules["__main__"] = type(sys)("__main__")
        exec(compile(arguments[1], "<string>", "exec"), module.__dict__)
    else:
        sys.argv = arguments
        sys.path[0] = os.path.dirname(os.path.realpath(arguments[0]))
        _run_path(arguments[0])
    return 0


def _run_path(path):
    """As the interpreter runs a file: in the module __main__ that stays, so that what it defines can be pickled, and is there for its threads
    until the end. A directory or an archive is runpy's."""
    if os.path.isdir(path) or path.endswith((".zip", ".pyz")):
        runpy.run_path(path, run_name="__main__")
        return
    module = sys.modules["__main__"] = type(sys)("__main__")
    module.__file__ = path
    module.__builtins__ = __builtins__
    with open(path, "rb") as file:
        code = compile(file.read(), path, "exec")
    exec(code, module.__dict__)


if __name__ == "__main__":
    sys.exit(main())
