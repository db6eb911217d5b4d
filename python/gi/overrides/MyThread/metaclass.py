# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The metaclass of Thread, which makes subclasses as threading's are.

A subclass has a GType of its own only where GObject has to know it: where it has properties, signals,
interfaces or virtual methods of GObject, or a name of a GType. All others share the one of
Thread(...), whose run() looks for what the class of the object says. So their names are free, they
cost as much as other classes, and they go away when they are not used any more.
"""

import abc
import inspect
import itertools
import re
import types

from gi import _gi
from gi.types import GInterface, GObjectMeta

from .library import Base
from .running import call_run, supervise, wrap_do_run

_vfunc_run = vars(Base)["do_run"]


def find_run(cls):
    """The nearest class that says what is run, and what.

    A class that has both a run() and a do_run() calls its do_run() itself, and so do its subclasses.
    """
    with_do_run = None
    for base in cls.__mro__:
        if vars(base).get("_is_root_of_python_threads"):
            break
        if "__info__" in vars(base):
            return with_do_run or base, "do_run"
        has_do_run = callable(vars(base).get("do_run"))  # it may be the flag of a loop
        if "run" in vars(base):
            return (base, "run") if has_do_run or with_do_run is None else (with_do_run, "do_run")
        if has_do_run and with_do_run is None:
            with_do_run = base
    return (cls, "run") if with_do_run is None else (with_do_run, "do_run")


def _call_what_the_class_says(thread):
    base, name = find_run(type(thread))
    if name == "run":
        return call_run(thread)
    do_run = vars(base)["do_run"]
    return (do_run.__get__(thread, type(thread)) if hasattr(do_run, "__get__") else do_run)()


def run_as_the_class_says(thread):
    """run() of the GTypes that are made in Python."""
    try:
        return supervise(thread, _call_what_the_class_says)
    finally:
        thread = None  # the exception that is kept knows this frame


def run_of_c(thread):
    """run() of the class that is written in C."""
    in_c = next(base for base in type(thread).__mro__ if "__info__" in vars(base))
    return _vfunc_run.__get__(None, in_c)(thread)


_numbers = {}


def _new_type_name(cls):
    """The name as PyGObject makes it, from what may be in one; where that is taken, with a number, of which the last is known."""
    name = re.sub(r"[^A-Za-z0-9_+-]", "_", f"{cls.__module__}.{cls.__name__}".replace(".", "+"))
    if not re.match(r"[A-Za-z_]", name) or len(name) < 3:
        name = f"Python+{name}"
    for number in itertools.count(_numbers.get(name, 1)):
        numbered = name if number == 1 else f"{name}-v{number}"
        _numbers[name] = number + 1
        try:
            _gi.GType.from_name(numbered)
        except RuntimeError:
            return numbered


def _needs_type(cls):
    own = vars(cls)
    if any(own.get(name) for name in ("__gtype_name__", "__gproperties__", "__gsignals__")):
        return True
    # What is written in C has a run() of its own, which is in its GType.
    if any("__info__" in vars(base) and base is not Base for base in cls.__mro__ if issubclass(base, Base)):
        return True
    known = {base for parent in cls.__bases__ for base in parent.__mro__ if issubclass(parent, Base)}
    if any(issubclass(base, GInterface) and base not in known for base in cls.__mro__):
        return True
    return any(name.startswith("do_") and name != "do_run" and callable(own[name]) and _is_vfunc(cls, name) for name in own)


def _is_vfunc(cls, name):
    return any(isinstance(vars(base).get(name), _gi.VFuncInfo) for base in cls.__mro__) or (
        name in ("do_get_property", "do_set_property"))


class ThreadMeta(GObjectMeta, abc.ABCMeta):
    """ABCMeta's, too: an abstract class can be a thread."""

    def __init__(cls, name, bases, namespace, **_keywords):
        super().__init__(name, bases, namespace)
        if isinstance(vars(cls).get("do_run"), types.FunctionType) and not cls.__module__.startswith("gi.overrides."):
            cls.do_run = wrap_do_run(vars(cls)["do_run"])

    def _type_register(cls, namespace):
        if "__gtype__" in namespace or cls.__module__.startswith("gi.overrides.") or not _needs_type(cls):
            return
        # PyGObject takes a class for registered if its GType is not that of its base.
        cls.__gtype__ = cls.__base__.__gtype__
        try:
            _gi.type_register(cls, namespace.get("__gtype_name__") or _new_type_name(cls))
        except BaseException:
            del cls.__gtype__
            raise
        # It may have been put into the dictionary of the class, and now Python's cache of attributes hears of it.
        cls.__gtype__ = vars(cls)["__gtype__"]

    def _setup_vfuncs(cls):
        if "__gtype__" not in vars(cls) or "__info__" in vars(cls) or cls.__module__.startswith("gi.overrides."):
            return
        super()._setup_vfuncs()
        if "__info__" not in vars(find_run(cls)[0]):
            _gi.hook_up_vfunc_implementation(_vfunc_run, cls.__gtype__, run_as_the_class_says)

    @property
    def __signature__(cls):
        """As Python finds it, where a class has no metaclass, and __new__() takes all."""
        makes = cls.__init__ if cls.__new__ is cls.__mro__[_root_index(cls)].__new__ else cls.__new__
        signature = inspect.signature(makes)
        return signature.replace(parameters=list(signature.parameters.values())[1:])

    # dataclass() sets one.
    __doc__ = property(lambda cls: GObjectMeta.__doc__.fget(cls) if cls is not ThreadMeta else "",
                       lambda cls, text: type.__dict__["__doc__"].__set__(cls, text))


def _root_index(cls):
    return next(i for i, base in enumerate(cls.__mro__) if "_is_root_of_python_threads" in vars(base))


def check_not_abstract(cls):
    """Python says this where object makes the object, which is GObject's here."""
    if cls.__abstractmethods__:
        model = type(cls.__name__, (), {})
        model.__abstractmethods__ = cls.__abstractmethods__
        model()


class TypeOfObjects:
    """`__gtype__`: Thread itself is the class that is written in C. What it makes, and what is made
    from it in Python, has the GType whose run() is Python's."""

    def __init__(self):
        self.in_python = None

    def __get__(self, thread, cls):
        if self.in_python is None or (thread is None and "_is_root_of_python_threads" in vars(cls)):
            return Base.__gtype__
        return self.in_python
