#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""check-deb.py DIRECTORY: unpacks the Debian packages in it, looks whether each has what it is for, and uses them: a
program in C, one in Vala and one in Python, with nothing of this tree."""

import glob
import os
import shlex
import subprocess
import sys
import tempfile
import unittest

DIRECTORY = ""
TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
USERS = os.path.join(TOP, "tests", "bindings", "install")

CONTENTS = {
    "libmythread-1.0-1": ["usr/lib/*/libmythread-1.0.so.1", "usr/lib/*/libmythread-1.0.so.1.*"],
    "libmythread-1.0-dev": [
        "usr/include/mythread-1.0/mythread.h",
        "usr/include/mythread-1.0/mythread/my-thread.h",
        "usr/include/mythread-1.0/mythread/my-version.h",
        "usr/lib/*/libmythread-1.0.so",
        "usr/lib/*/pkgconfig/mythread-1.0.pc",
        "usr/share/gir-1.0/MyThread-1.0.gir",
        "usr/share/vala/vapi/mythread-1.0.vapi",
        "usr/share/vala/vapi/mythread-1.0.deps",
    ],
    "gir1.2-mythread-1.0": ["usr/lib/*/girepository-1.0/MyThread-1.0.typelib"],
    "python3-mythread": [
        "usr/lib/python3/dist-packages/gi/overrides/MyThread/__init__.py",
        "usr/lib/python3/dist-packages/gi/overrides/MyThread/pool.py",
        "usr/lib/python3/dist-packages/gi/overrides/MyThread/thread.py",
        "usr/lib/python3/dist-packages/mythread/__main__.py",
    ],
    "libmythread-1.0-doc": [
        "usr/share/doc/libmythread-1.0-dev/README.md*",
        "usr/share/doc/libmythread-1.0-dev/examples/tutorial/threddy.c",
    ],
}


def run(*command, **options):
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            encoding="utf-8", timeout=120, check=False, **options)
    if result.returncode != 0:
        raise AssertionError(f"{shlex.join(command)}: exit status {result.returncode}\n{result.stdout}")
    return result.stdout


def package_file(package):
    (path,) = glob.glob(os.path.join(DIRECTORY, f"{package}_*.deb"))
    return path


def files_below(root):
    return {os.path.relpath(os.path.join(directory, name), root)
            for directory, _, names in os.walk(root) for name in names}


class TestPackages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="mythread-deb-")
        cls.addClassCleanup(temporary.cleanup)
        cls.top = temporary.name
        # All of them, as installed; and each alone, to know whose a file is.
        cls.root = os.path.join(cls.top, "root")
        for package in CONTENTS:
            run("dpkg", "-x", package_file(package), cls.root)
            run("dpkg", "-x", package_file(package), os.path.join(cls.top, package))

        (cls.libdir,) = glob.glob(os.path.join(cls.root, "usr", "lib", "*-linux-*"))
        cls.env = dict(os.environ, LD_LIBRARY_PATH=cls.libdir, PKG_CONFIG_SYSROOT_DIR=cls.root,
                       PKG_CONFIG_PATH=os.path.join(cls.libdir, "pkgconfig"),
                       GI_TYPELIB_PATH=os.path.join(cls.libdir, "girepository-1.0"))

    def flags(self):
        """Of this library only: GLib's are not in the root."""
        env = {name: value for name, value in self.env.items() if name != "PKG_CONFIG_SYSROOT_DIR"}
        ours = shlex.split(run("pkg-config", "--cflags", "--libs", "mythread-1.0", env=env))
        return [f"-I{self.root}/usr/include/mythread-1.0", f"-L{self.libdir}", *ours]

    def test_contents(self):
        for package, patterns in CONTENTS.items():
            for pattern in patterns:
                with self.subTest(package=package, file=pattern):
                    self.assertTrue(glob.glob(os.path.join(self.top, package, pattern)))

    def test_no_two_packages_have_the_same_file(self):
        seen = {}
        for package in CONTENTS:
            for path in files_below(os.path.join(self.top, package)):
                self.assertNotIn(path, seen, (package, seen.get(path)))
                seen[path] = package

    def test_every_public_symbol_is_listed(self):
        (library,) = glob.glob(os.path.join(self.libdir, "libmythread-1.0.so.1"))
        exported = {line.split()[-1].split("@")[0] for line in run("nm", "-D", "--defined-only", library).splitlines()}
        control = os.path.join(self.top, "control")
        run("dpkg", "-e", package_file("libmythread-1.0-1"), control)
        with open(os.path.join(control, "symbols"), encoding="utf-8") as file:
            listed = {line.split("@")[0].strip() for line in file if line.startswith(" ")}
        self.assertEqual({name for name in exported if name.startswith("my_")}, listed)

    def test_c(self):
        program = os.path.join(self.top, "user")
        run("cc", "-std=gnu11", "-Wall", "-Werror", "-o", program, os.path.join(USERS, "user.c"), *self.flags(),
            cwd=self.top)
        self.assertEqual(run(program, env=self.env), "42 1.0\n")
        self.assertIn(self.root, run("ldd", program, env=self.env))

    def test_vala(self):
        program = os.path.join(self.top, "user-vala")
        arguments = [argument for flag in self.flags() for argument in ("-X", flag)]
        env = dict(self.env)
        del env["PKG_CONFIG_SYSROOT_DIR"]
        run("valac", "--vapidir", os.path.join(self.root, "usr/share/vala/vapi"), "--pkg", "mythread-1.0", "-X", "-w",
            *arguments, "-o", program, os.path.join(USERS, "user.vala"), cwd=self.top, env=env)
        self.assertEqual(run(program, env=self.env), "42\n")

    def test_python(self):
        self.assertEqual(run("/usr/bin/python3", os.path.join(USERS, "user.py"), cwd=self.top, env=self.env), "42\n")

    def test_python_override(self):
        # The overrides lie where PyGObject's own do, and here in another root.
        program = """if True:
            import sys, gi, gi.overrides
            gi.overrides.__path__.insert(0, sys.argv[1])
            gi.require_version("MyThread", "1.0")
            from gi.repository import MyThread as threading
            seen = []
            thread = threading.Thread(target=seen.append, args=(threading.current_thread().name,))
            thread.start()
            thread.join()
            print(seen)"""
        overrides = os.path.join(self.root, "usr/lib/python3/dist-packages/gi/overrides")
        self.assertEqual(run("/usr/bin/python3", "-c", program, overrides, cwd=self.top, env=self.env),
                         "['MainThread']\n")


if __name__ == "__main__":
    DIRECTORY = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
