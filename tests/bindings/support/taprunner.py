# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the unittest cases of the main module, and says in TAP how they went."""

import sys
import traceback
import unittest


class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.number = 0

    def say(self, text):
        print(text, flush=True)

    def case(self, ok, test, directive="", details=""):
        self.number += 1
        name = test.id().split(".", 1)[-1]
        self.say(f"{'ok' if ok else 'not ok'} {self.number} - {name}{directive}")
        for line in details.splitlines():
            self.say(f"# {line}")

    def addSuccess(self, test):
        super().addSuccess(test)
        self.case(True, test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.case(True, test, f" # SKIP {reason}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.case(False, test, details="".join(traceback.format_exception(*err)))

    def addError(self, test, err):
        super().addError(test, err)
        self.case(False, test, details="".join(traceback.format_exception(*err)))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.case(False, subtest, details="".join(traceback.format_exception(*err)))


def main():
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = TapResult()
    suite.run(result)
    # At the end, because a test with several failed parts counts as several.
    print(f"1..{result.number}", flush=True)
    sys.exit(0 if result.wasSuccessful() else 1)
