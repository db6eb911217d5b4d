#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""CPython's own tests of threading, as they are installed (Debian: libpython3.11-testsuite), run on MyThread.

The suite is read, and each of its lines that import threading, also in the programs that it starts, is changed as a user's
program would be. What does not apply is listed below, one by one, each with its reason; all else has to pass.

With names as arguments only those tests are run, listed or not.
"""

import functools
import importlib.util
import re
import sys
import types
import unittest

import taprunner
from patience import wait_until

# Why a test is not run.
PRIVATE = "it reaches into threading's own workings"
SUBINTERPRETER = "PyGObject can not be imported in a sub-interpreter: importing GLib there never returns"

DOES_NOT_APPLY = {
    "AtexitTests.test_atexit_after_shutdown": f"{PRIVATE} (_register_atexit)",
    "AtexitTests.test_atexit_called_once": f"{PRIVATE} (_register_atexit, _shutdown)",
    "AtexitTests.test_atexit_output": f"{PRIVATE} (_register_atexit)",
    "MiscTestCase.test__all__": "it asks for exactly the names of threading, and the library has more",
    "SubinterpThreadingTests.test_daemon_threads_fatal_error": SUBINTERPRETER,
    "SubinterpThreadingTests.test_threads_join": SUBINTERPRETER,
    "SubinterpThreadingTests.test_threads_join_2": SUBINTERPRETER,
    "ThreadTests.test_foreign_thread": f"{PRIVATE} (_active, _DummyThread); a foreign thread is one of the library's",
    "ThreadTests.test_ident_of_no_threading_threads":
        f"{PRIVATE} (_active): it has to clean up what is not left behind here",
    "ThreadTests.test_limbo_cleanup": f"{PRIVATE} (_start_new_thread, _limbo)",
    "ThreadTests.test_name": f"{PRIVATE} (_counter): it sets the number of the next thread",
    "ThreadTests.test_shutdown_locks": f"{PRIVATE} (_tstate_lock, _shutdown_locks)",
    "ThreadTests.test_tstate_lock": f"{PRIVATE} (_tstate_lock)",
}

# The same of what newer suites have.
DOES_NOT_APPLY_SINCE_3_12 = {
    "ThreadingExceptionTests.test_dummy_thread_on_interpreter_shutdown": f"{PRIVATE} (_DummyThread)",
    "SubinterpThreadingTests.test_daemon_threads_not_allowed": SUBINTERPRETER,
    "SubinterpThreadingTests.test_threads_join_with_no_main": SUBINTERPRETER,
    "SubinterpThreadingTests.test_threads_not_allowed": SUBINTERPRETER,
    "ThreadTests.test_finalize_daemon_thread_hang":
        "it takes the first flush of stderr for the end of the interpreter; logging, which PyGObject imports, flushes before",
    "ThreadTests.test_join_daemon_thread_in_finalization":
        "its thread may be about to begin, and PyGObject makes no calls into an interpreter that ends: that thread ends too",
    "ThreadTests.test_main_thread_after_fork_from_dummy_thread": f"{PRIVATE} (_active, _dangling, _shutdown)",
    "ThreadTests.test_main_thread_after_fork_from_foreign_thread": f"{PRIVATE} (_active, _dangling, _shutdown)",
}

# Tests whose threads get an OS thread of their own each, and why.
FRESH = {
    "ThreadTests.test_various_ops": "it counts the native ids of threads that have ended, which may come again",
}

IMPORT = re.compile(r"^([ \t]*)import ([\w., ]*\bthreading\b[\w., ]*)$", re.MULTILINE)
NEW_IMPORT = "from gi.repository import MyThread as threading"


def change_import(match):
    indent, names = match.groups()
    others = [name.strip() for name in names.split(",") if name.strip() != "threading"]
    if len(others) == names.count(",") + 1:
        return match.group()  # some other module with threading in its name
    imports = [f"import {', '.join(others)}"] if others else []
    return indent + "; ".join(imports + [NEW_IMPORT])  # one line, as it was: tests quote others by number


def load_suite():
    """The installed suite as a module, on MyThread; None if it is not installed."""
    spec = importlib.util.find_spec("test") and importlib.util.find_spec("test.test_threading")
    if spec is None:
        return None

    from gi.repository import MyThread
    from test import support
    from test.support import script_helper

    support.verbose = 0  # what it says is no TAP

    with open(spec.origin, encoding="utf-8") as file:
        source = IMPORT.sub(change_import, file.read())
    # The locks' tests name Python's two implementations of RLock.
    python = importlib.import_module("threading")
    MyThread._PyRLock = python._PyRLock
    MyThread._CRLock = python._CRLock

    module = types.ModuleType("suite")
    module.__file__ = spec.origin
    sys.modules["suite"] = module
    exec(compile(source, spec.origin, "exec"), module.__dict__)

    # The programs that it starts have to find the overrides.
    module.assert_python_ok = functools.partial(script_helper.assert_python_ok, __isolated=False, MYTHREAD="1")
    module.assert_python_failure = functools.partial(script_helper.assert_python_failure, __isolated=False, MYTHREAD="1")
    return module


def run_fresh(test, result):
    """Runs a test with threads that use no OS thread again."""
    from gi.repository import MyThread

    def init(self, *args, **kwargs):
        before(self, *args, fresh_os_thread=True, **kwargs)

    before = MyThread.Thread.__init__
    MyThread.Thread.__init__ = init
    try:
        test.run(result)
    finally:
        MyThread.Thread.__init__ = before


class Result(taprunner.TapResult):
    """Also says when a test leaves threads behind."""

    def startTest(self, test):
        from gi.repository import MyThread

        super().startTest(test)
        self.before = MyThread.active_count()

    def stopTest(self, test):
        from gi.repository import MyThread

        super().stopTest(test)
        try:
            wait_until(lambda: MyThread.active_count() <= self.before)
        except AssertionError:
            self.say(f"# left behind: {MyThread.enumerate()}")
            self.failures.append((test, "threads were left behind"))


def tests_of(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests_of(test)
        else:
            yield test


def main():
    module = load_suite()
    if module is None:
        print("1..0 # SKIP CPython's tests are not installed (Debian: libpython3.11-testsuite)")
        return 0

    wanted = sys.argv[1:]
    result = Result()
    # Newer suites lack some.
    unknown = set(DOES_NOT_APPLY) if sys.version_info[:2] == (3, 11) else set()
    left_out = DOES_NOT_APPLY | DOES_NOT_APPLY_SINCE_3_12
    n_run = 0
    for test in tests_of(unittest.defaultTestLoader.loadTestsFromModule(module)):
        name = test.id().split(".", 1)[1]
        unknown.discard(name)
        if wanted:
            if not any(word in name for word in wanted):
                continue
        elif name in left_out:
            result.number += 1
            result.say(f"ok {result.number} - {name} # SKIP {left_out[name]}")
            continue
        n_run += 1
        if name in FRESH:
            run_fresh(test, result)
        else:
            test.run(result)

    for name in sorted(unknown):
        result.say(f"# in the list, and not in this suite: {name}")
    result.say(f"1..{result.number}")
    n_failed = len(result.failures) + len(result.errors)
    result.say(f"# {n_run} of {result.number} tests run, {n_failed} failed, {result.number - n_run} do not apply")
    return 0 if n_failed == 0 and not unknown else 1


if __name__ == "__main__":
    sys.exit(main())
