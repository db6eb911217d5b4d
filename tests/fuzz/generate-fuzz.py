#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes, from the library's GIR, a C function for each of its public functions, which calls that with whatever
arguments it is told to (see fuzz.h). What a parameter can be is decided by its type: PICKERS has the types that are
known; classes, enumerations and callbacks of the library's own that are not among them get what fits any of them.
"""

import argparse
import sys
import xml.etree.ElementTree as ElementTree

CORE = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"
GLIB = "{http://www.gtk.org/introspection/glib/1.0}"

# The type of a parameter: the function of fuzz-values.c and its relations that chooses one.
PICKERS = {
    "GAsyncReadyCallback": "fuzz_pick_ready_callback",
    "GAsyncResult*": "fuzz_pick_result",
    "GCallback": "fuzz_pick_callback",
    "GCancellable*": "fuzz_pick_cancellable",
    "GClosure*": "fuzz_pick_closure",
    "GClosureNotify": "fuzz_pick_closure_notify",
    "GConnectFlags": "fuzz_pick_connect_flags",
    "GDestroyNotify": "fuzz_pick_destroy",
    "GError*": "fuzz_pick_const_error",
    "GMainContext*": "fuzz_pick_context",
    "GValue*": "fuzz_pick_value",
    "GVariant*": "fuzz_pick_variant",
    "MyExecutor*": "fuzz_pick_executor",
    "MyThread*": "fuzz_pick_thread",
    "MyThreadFunc": "fuzz_pick_thread_func",
    "MyThreadGroup*": "fuzz_pick_group",
    "MyThreadPool*": "fuzz_pick_pool",
    "char*": "fuzz_pick_string",
    "double": "fuzz_pick_double",
    "gboolean": "fuzz_pick_boolean",
    "gint": "fuzz_pick_int",
    "gint64": "fuzz_pick_int64",
    "gpointer": "fuzz_pick_pointer",
    "gsize": "fuzz_pick_size",
    "guint": "fuzz_pick_uint",
    "guint64": "fuzz_pick_uint64",
}

# And where the name says more than the type.
NAMED_PICKERS = {
    "detailed_signal": "fuzz_pick_signal",
    "instance": "fuzz_pick_instance",
}

# What is refused because of the thread's state too, with a critical: test-thread-home and test-thread-results give them wrong arguments.
LEFT_OUT = {"my_thread_emit", "my_thread_emit_by_name", "my_thread_emitv", "my_thread_publish", "my_thread_publish_many"}

# What is in memory of the caller's, or is to be let go by the thread that has got it: test-mutex and test-lock have the wrong uses.
LEFT_OUT_PREFIXES = ("my_mutex_", "my_cond_", "my_lock_acquire", "my_lock_release", "my_condition_wait", "my_event_wait",
                     "my_semaphore_acquire", "my_barrier_wait")

# What is returned and belongs to the caller: what it is freed with.
FREE = {
    "GError*": "g_error_free",
    "GPtrArray*": "g_ptr_array_unref",
    "GVariant*": "g_variant_unref",
    "char*": "g_free",
    "gpointer": "g_object_unref",
}

# What returns TRUE if, and only if, it has set an error.
ASKS = {"my_thread_set_error_if_cancelled"}

HEADER = """\
/* Written by generate-fuzz.py. */

#include "fuzz.h"

"""


def find_type(element):
    """A parameter's or a return value's type: as it is declared in C, and without its `const`."""
    for tag in ("type", "array"):
        found = element.find(CORE + tag)
        if found is not None:
            declared = (found.get(C + "type") or "void").replace("gchar*", "char*").replace("gdouble", "double")
            return declared, declared.replace("const ", "").replace(" ", "")
    return "...", "..."  # <varargs/>


def declare(c_type, name):
    """The declaration of a variable."""
    return f"{c_type.rstrip('*')} {'*' * c_type.count('*')}{name}"


class Namespace:
    """What a GIR says of the types of its namespace."""

    def __init__(self, root):
        namespace = root.find(CORE + "namespace")
        self.namespace = namespace
        self.objects = {}
        for tag in ("class", "interface"):
            for element in namespace.findall(CORE + tag):
                self.objects[element.get(C + "type") + "*"] = element.get(GLIB + "get-type")
        self.classes = {element.get(C + "type"): element.get(GLIB + "get-type")
                        for element in namespace.findall(CORE + "class") if element.get("abstract") != "1"}
        self.enums = {element.get(C + "type"): element.get(GLIB + "get-type")
                      for tag in ("enumeration", "bitfield") for element in namespace.findall(CORE + tag)}
        self.callbacks = {element.get(C + "type") for element in namespace.findall(CORE + "callback")}

    def functions(self):
        """Each public function once, by name. Where a function is also written down as a method, the method says more."""
        functions = {}
        for tag in ("function", "constructor", "method"):
            for element in self.namespace.iter(CORE + tag):
                functions[element.get(C + "identifier")] = element
        return {name: functions[name] for name in sorted(functions.keys() - LEFT_OUT)
                if not name.startswith(LEFT_OUT_PREFIXES)}


class Writer:
    """Writes the function that calls @function."""

    def __init__(self, namespace, name, function):
        self.namespace = namespace
        self.name = name
        self.function = function
        self.declarations = []
        self.arguments = []

    def fail(self, what):
        sys.exit(f"generate-fuzz.py: {self.name}(): {what}")

    def picker(self, element, c_type):
        """What chooses an argument, as an expression."""
        name = element.get("name")
        nullable = "TRUE" if element.get("nullable") == "1" else "FALSE"
        arguments = f'call, "{name}", {nullable}'

        if element.get("direction") == "out":
            if c_type == "GValue*":
                return f"fuzz_pick_out_value ({arguments})"
            self.fail(f"what is to be done with an out parameter of type {c_type}?")
        if name in NAMED_PICKERS:
            return f"{NAMED_PICKERS[name]} ({arguments})"
        if c_type in PICKERS:
            return f"{PICKERS[c_type]} ({arguments})"
        if c_type in self.namespace.objects:
            return f"fuzz_pick_object ({arguments}, {self.namespace.objects[c_type]} ())"
        if c_type in self.namespace.enums:
            return f"({c_type}) fuzz_pick_enum ({arguments}, {self.namespace.enums[c_type]} ())"
        if c_type in self.namespace.callbacks:
            return f"({c_type}) fuzz_pick_callback ({arguments})"
        return self.fail(f"there is no picker for {c_type}, the type of {name}: "
                         "write one beside the others, and add it to PICKERS in generate-fuzz.py")

    def add_parameters(self):
        parameters = self.function.find(CORE + "parameters")
        for element in parameters if parameters is not None else ():
            declared, c_type = find_type(element)
            if c_type == "...":
                self.arguments.append("NULL")
                continue
            name = f"a{len(self.declarations)}"
            self.declarations.append(f"{declare(declared, name)} = {self.picker(element, c_type)};")
            self.arguments.append(name)
        if self.function.get("throws") == "1":
            self.declarations.append("GError **error = fuzz_pick_error (call);")
            self.arguments.append("error")

    def lines(self):
        self.add_parameters()
        value = self.function.find(CORE + "return-value")
        declared, c_type = find_type(value)
        nullable = "TRUE" if value.get("nullable") == "1" else "FALSE"
        invocation = f"{self.name} ({', '.join(self.arguments)})"
        error = "error" if "error" in self.arguments else "NULL"
        frees = value.get("transfer-ownership") in ("full", "container")

        yield "static void"
        yield f"call_{self.name} (FuzzCall *call)"
        yield "{"
        yield from (f"  {line}" for line in self.declarations)
        if c_type != "void":
            yield f"  {declare(declared, 'result')};"
        yield ""
        yield "  if (!fuzz_begin (call)) {"
        yield "    return;"
        yield "  }"
        yield f"  {'' if c_type == 'void' else 'result = '}{invocation};"
        if c_type == "void":
            yield "  fuzz_end (call);"
        elif self.name in ASKS:
            yield f"  fuzz_end_answer (call, result, {error});"
        elif c_type == "gboolean":
            yield f"  fuzz_end_boolean (call, result, {error});"
        elif c_type == "char*":
            yield f"  fuzz_end_string (call, result, {nullable}, {error});"
        elif c_type == "double":
            yield "  fuzz_end_double (call, result);"
        elif c_type in self.namespace.enums:
            yield f"  fuzz_end_enum (call, {self.namespace.enums[c_type]} (), (gint) result);"
        elif c_type in self.namespace.objects:
            yield f"  fuzz_end_object (call, result, {self.namespace.objects[c_type]} (), {nullable}, {error});"
        elif c_type.endswith("*"):
            yield f"  fuzz_end_pointer (call, result, {nullable}, {error});"
        else:
            yield "  (void) result;"
            yield "  fuzz_end (call);"
        if frees:
            if c_type in self.namespace.objects:
                free = "fuzz_finish_thread" if c_type == "MyThread*" else "g_object_unref"
            elif c_type in FREE:
                free = FREE[c_type]
            else:
                self.fail(f"with what is a {c_type} freed? Add it to FREE in generate-fuzz.py")
            yield f"  g_clear_pointer (&result, {free});"
        yield "}"
        yield ""


def property_functions(namespace):
    """What sets the properties of each class, and what makes an object with them: their names and lines."""
    for c_type, get_type in sorted(namespace.classes.items()):
        picker = PICKERS.get(c_type + "*")
        pick = f'{picker} (call, "object", FALSE)' if picker else f'fuzz_pick_object (call, "object", FALSE, {get_type} ())'
        for name, call in ((f"{c_type}_set_property", f"fuzz_set_property (call, {pick}, {get_type} ());"),
                           (f"{c_type}_construct", f"fuzz_construct (call, {get_type} ());")):
            yield name, ["static void", f"call_{name} (FuzzCall *call)", "{", f"  {call}", "}", ""]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(".", maxsplit=1)[0])
    parser.add_argument("gir")
    parser.add_argument("output")
    options = parser.parse_args()

    namespace = Namespace(ElementTree.parse(options.gir).getroot())
    functions = namespace.functions()

    with open(options.output, "w", encoding="utf-8") as output:
        output.write(HEADER)
        for name, function in functions.items():
            output.write("\n".join(Writer(namespace, name, function).lines()) + "\n")
        names = list(functions)
        for name, lines in property_functions(namespace):
            names.append(name)
            output.write("\n".join(lines) + "\n")
        output.write("const FuzzFunction fuzz_functions[] = {\n")
        for name in names:
            output.write(f'  {{ "{name}", call_{name} }},\n')
        output.write("};\n\nconst gsize fuzz_n_functions = G_N_ELEMENTS (fuzz_functions);\n")


if __name__ == "__main__":
    main()
