#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Closes a run of `meson test` with the sum over all its suites.

Counts test cases: each `ok` and `not ok` of a program that speaks TAP, and one
for each other program. The last line is `N passed, N failed`, with `, N skipped`
where there are any, after the reason for each.
"""

import argparse
import glob
import itertools
import json
import os
import re
import sys
from collections import namedtuple

Case = namedtuple("Case", "name result reason")

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"

TAP_CASE = re.compile(
    r"(?P<ok>ok|not ok)\b\s*(?P<number>\d+)?\s*(?:- )?(?P<name>[^#]*)"
    r"(?:#\s*(?P<directive>SKIP|TODO)\S*\s*(?P<reason>.*))?", re.IGNORECASE)
TAP_SKIP_ALL = re.compile(r"1\.\.0\s*#\s*SKIP\S*\s*(?P<reason>.*)", re.IGNORECASE)
TAP_BAIL_OUT = re.compile(r"^Bail out!(?P<reason>.*)", re.MULTILINE)
# What valgrind found, and the first place of it that is in a C file.
MEMCHECK = re.compile(r"^==\d+== +(?P<reason>\S.*)(?:\n==\d+== .*)*?\n==\d+== .*\((?P<place>[\w-]+\.[ch]:\d+)\)", re.MULTILINE)


def tap_cases(output):
    """The cases of a TAP program's standard output. That of a failure has the last comment after it for a reason."""
    lines = output.splitlines()
    for i, line in enumerate(lines):
        match = TAP_SKIP_ALL.match(line)
        if match:
            yield Case("(all of it)", SKIPPED, match["reason"].strip())
            continue
        match = TAP_CASE.match(line)
        if not match:
            continue
        name = match["name"].strip() or match["number"] or "?"
        directive = (match["directive"] or "").upper()
        reason = (match["reason"] or "").strip()
        if directive == "SKIP":
            yield Case(name, SKIPPED, reason)
        elif directive == "TODO":
            # Known not to work, and said so by its author: no failure, no pass.
            yield Case(name, SKIPPED, "to do: " + reason)
        elif match["ok"].lower() == "ok":
            yield Case(name, PASSED, reason)
        else:
            comments = itertools.takewhile(lambda comment: comment.startswith("#"), lines[i + 1:])
            yield Case(name, FAILED, reason or last_line("\n".join(comment.lstrip("# ") for comment in comments)))


def last_line(text):
    lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def program_cases(run, protocol):
    """The cases of one test program, the program's own end included."""
    result = run["result"]
    cases = list(tap_cases(run.get("stdout") or "")) if protocol == "tap" else []

    if result in ("OK", "EXPECTEDFAIL"):
        return cases if protocol == "tap" else [Case("", PASSED, "")]
    if result == "SKIP":
        if cases:
            return cases
        return [Case("", SKIPPED, last_line(run.get("stdout") or run.get("stderr")))]
    # FAIL, ERROR, TIMEOUT, INTERRUPT, UNEXPECTEDPASS, and what is yet unknown: it may
    # have failed with every case it came to good (a crash, a leak found at exit).
    if not any(case.result == FAILED for case in cases):
        reason = f"{result}, exit status {run.get('returncode')}"
        bail_out = TAP_BAIL_OUT.search(run.get("stdout") or "")
        if bail_out:
            reason += ": " + bail_out["reason"].strip()
        memcheck = MEMCHECK.search(run.get("stderr") or "")
        if memcheck:
            reason += f": {memcheck['reason']}, {memcheck['place']}"
        cases.append(Case("(the program)", FAILED, reason))
    return cases


def read_runs(path):
    """The runs of a log. A meson that was ended may have left a line unfinished: what it was about has failed."""
    runs = []
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in filter(str.strip, file):
            try:
                run = json.loads(line)
                run["name"], run["result"]  # what cannot be done without
            except (ValueError, TypeError, KeyError):
                run = {"name": os.path.basename(path), "result": "FAIL", "stdout": "Bail out! a line that is no run of a test"}
            runs.append(run)
    return runs


def known_tests(build_dir):
    """What meson was told of the tests."""
    try:
        with open(os.path.join(build_dir, "meson-info", "intro-tests.json"), encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        print(f"  what meson was told of the tests can not be read: {error}")
        return []


def known_test(tests, title):
    """That of the tests whose run the log gives this title: project, suites and name, in an order and with signs between
    them that each meson has its own of, the name last."""
    def fits(test):
        before = title[:-len(test["name"])]
        return title.endswith(test["name"]) and (not before or before[-1] in " :/")

    def closeness(test):
        return len(test["name"]), sum(word in title for suite in test["suite"] for word in suite.split(":", 1))

    return max(filter(fits, tests), key=closeness, default={})


def meson_runs(build_dir):
    logs = glob.glob(os.path.join(build_dir, "meson-logs", "testlog*.json"))
    return known_tests(build_dir), [run for log in sorted(logs) for run in read_runs(log)]


def tap_run(options):
    """The same of one program that meson did not run."""
    with open(options.path, encoding="utf-8", errors="replace") as file:
        run = {"name": options.label, "stdout": file.read(), "returncode": options.status}
    run["result"] = "OK" if options.status == 0 else "FAIL"
    return [{"name": options.label, "suite": [options.label], "protocol": "tap"}], [run]


def described(name, reason):
    return name + (f" ({reason})" if reason else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--label", help="a word to put before the closing line")
    parser.add_argument("--status", type=int, default=0, help="the exit status of meson test, or of the program")
    parser.add_argument("--tap", action="store_true", help="there is no build directory, but the output of a TAP program")
    parser.add_argument("path", metavar="BUILD_DIR")
    options = parser.parse_args()

    known, runs = tap_run(options) if options.tap else meson_runs(options.path)

    total = {PASSED: 0, FAILED: 0, SKIPPED: 0}
    suites = {}
    remarks = []
    for run in runs:
        name = run["name"]
        test = known_test(known, name)
        suite = "+".join(s.split(":", 1)[-1] for s in test.get("suite", [])) or "other"
        programs, cases = suites.get(suite, (0, 0))
        here = program_cases(run, test.get("protocol", "exitcode"))
        suites[suite] = (programs + 1, cases + len(here))
        for case in here:
            total[case.result] += 1
            if case.result != PASSED:
                remarks.append((case.result, " ".join(filter(None, (name, case.name))), case.reason))

    print()
    for suite, (programs, cases) in sorted(suites.items()):
        print(f"  {suite:<12} {cases:>4} cases in {programs} programs")
    for kind in (SKIPPED, FAILED):
        for result, name, reason in remarks:
            if result == kind:
                print(f"  {kind}: {described(name, reason)}")

    nothing = total[PASSED] + total[FAILED] == 0
    if nothing:
        print("  failed: no test was run")
    elif options.status != 0 and total[FAILED] == 0:
        # A failure that no log tells of is still one.
        print(f"  failed: meson test ended with exit status {options.status}")
        total[FAILED] += 1

    line = f"{total[PASSED]} passed, {total[FAILED]} failed"
    if total[SKIPPED]:
        line += f", {total[SKIPPED]} skipped"
    print(f"{options.label}: {line}" if options.label else line, flush=True)

    # .ci/run adds the runs up, and closes with what failed in all of them: one sees the end of a long log first.
    sums = os.environ.get("MYTHREAD_TEST_SUMS")
    if sums:
        with open(sums, "a", encoding="utf-8") as file:
            print(total[PASSED], total[FAILED], total[SKIPPED], file=file)
            for result, name, reason in remarks:
                if result == FAILED:
                    print(f"{options.label or 'test'}: {described(name, reason)}", file=file)

    return 1 if nothing or total[FAILED] or options.status != 0 else 0


if __name__ == "__main__":
    sys.exit(main())
