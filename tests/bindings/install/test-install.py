#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Installs what is built, and uses it as a stranger does: with pkg-config and the
typelib, and nothing that points to this tree: test-install.py BUILD-ROOT HAS-GIR"""

import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

import patience
import taprunner

BUILD_ROOT = ""
HAS_GIR = False
HERE = os.path.dirname(os.path.abspath(__file__))


def run(*command, **options):
    result = patience.run(command, seconds=120, stderr=subprocess.STDOUT, **options)
    if result.returncode != 0:
        raise AssertionError(f"{shlex.join(command)}: exit status {result.returncode}\n{result.stdout}")
    return result.stdout


class TestInstall(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="mythread-install-")
        cls.addClassCleanup(temporary.cleanup)
        cls.top = temporary.name
        run("meson", "install", "-C", BUILD_ROOT, "--no-rebuild", "--quiet", "--destdir", cls.top)

        (pc_file,) = glob.glob(os.path.join(cls.top, "**", "mythread-1.0.pc"), recursive=True)
        with open(pc_file, encoding="utf-8") as file:
            text = file.read()
        # The staging directory is where it is installed to here: the prefix, and
        # nothing but it, has to say so.
        prefix = re.search(r"^prefix=(.*)$", text, re.MULTILINE).group(1)
        cls.prefix = cls.top + prefix
        with open(pc_file, "w", encoding="utf-8") as file:
            file.write(text.replace(f"prefix={prefix}\n", f"prefix={cls.prefix}\n"))
        cls.env = dict(os.environ, PKG_CONFIG_PATH=os.path.dirname(pc_file))
        cls.env.pop("GI_TYPELIB_PATH", None)
        cls.env["LD_LIBRARY_PATH"] = cls.variable("libdir")

    @classmethod
    def pkg_config(cls, *args):
        return run("pkg-config", *args, "mythread-1.0", env=cls.env).strip()

    @classmethod
    def variable(cls, name):
        return cls.pkg_config(f"--variable={name}")

    def test_c(self):
        program = os.path.join(self.top, "user")
        flags = shlex.split(self.pkg_config("--cflags", "--libs"))
        source = os.path.join(HERE, "user.c")
        run("cc", "-std=gnu11", "-Wall", "-Werror", "-o", program, source, *flags, cwd=self.top, env=self.env)
        self.assertEqual(run(program, env=self.env), "42 1.0\n")
        self.assertIn(self.top, run("ldd", program, env=self.env))

    def test_vala(self):
        vapi = os.path.join(self.prefix, "share", "vala", "vapi")
        if not os.path.exists(os.path.join(vapi, "mythread-1.0.vapi")):
            self.skipTest("built without Vala bindings")
        program = os.path.join(self.top, "user-vala")
        # valac asks pkg-config itself.
        run("valac", "--vapidir", vapi, "--pkg", "mythread-1.0", "-X", "-w", "-o", program,
            os.path.join(HERE, "user.vala"), cwd=self.top, env=self.env)
        self.assertEqual(run(program, env=self.env), "42\n")

    def test_cplusplus_can_read_the_headers(self):
        compiler = subprocess.run(["c++", "--version"], stdout=subprocess.DEVNULL, check=False) \
            if any(os.access(os.path.join(path, "c++"), os.X_OK) for path in os.get_exec_path()) else None
        if not compiler:
            self.skipTest("there is no C++ compiler")
        flags = shlex.split(self.pkg_config("--cflags"))
        run("c++", "-Wall", "-Werror", "-fsyntax-only", "-x", "c++", os.path.join(HERE, "user.c"), *flags, env=self.env)

    def test_only_the_umbrella_is_public(self):
        flags = shlex.split(self.pkg_config("--cflags"))
        headers = glob.glob(os.path.join(self.prefix, "include", "mythread-1.0", "mythread", "*.h"))
        self.assertGreater(len(headers), 5)
        for header in headers:
            result = subprocess.run(["cc", "-fsyntax-only", "-x", "c", "-", *flags], env=self.env, encoding="utf-8",
                                    input=f"#include <mythread/{os.path.basename(header)}>\n", check=False,
                                    stderr=subprocess.PIPE)
            self.assertNotEqual(result.returncode, 0, header)
            self.assertIn("can be included directly", result.stderr)

    def test_pkg_config_file(self):
        self.assertRegex(self.pkg_config("--modversion"), r"^1\.\d+\.\d+$")
        self.assertIn("gobject-2.0", self.pkg_config("--print-requires"))
        self.assertNotIn(BUILD_ROOT, self.pkg_config("--cflags", "--libs"))

    def test_nothing_else(self):
        """Neither the examples nor the tests are installed."""
        installed = [os.path.relpath(path, self.prefix) for path in glob.glob(self.prefix + "/**", recursive=True)
                     if not os.path.isdir(path)]
        for path in installed:
            self.assertRegex(path, r"(?i)mythread", installed)
        self.assertFalse([path for path in installed if path.endswith((".a", "-private.h"))])

    def test_python(self):
        if not HAS_GIR:
            self.skipTest("built without introspection")
        env = dict(self.env, GI_TYPELIB_PATH=self.variable("typelibdir"))
        self.assertEqual(run(sys.executable, os.path.join(HERE, "user.py"), cwd=self.top, env=env), "42\n")
        self.assertTrue(os.path.exists(os.path.join(self.variable("girdir"), "MyThread-1.0.gir")))


if __name__ == "__main__":
    BUILD_ROOT = os.path.abspath(sys.argv[1])
    HAS_GIR = sys.argv[2] == "true"
    taprunner.main()
