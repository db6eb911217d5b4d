#!/usr/bin/python3
# Copyright 2026 The MyThread authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a thread says comes home, in Python: emit(), notify, results, call_owner() and post()."""

import asyncio
import gc
import os
import sys
import threading as python
import unittest
import weakref

import taprunner
from patience import LONG_S, wait_until

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "threading"))

from gi.repository import Gio, GLib, GObject  # noqa: E402
from gi.repository import MyThread as threading  # noqa: E402

import glibloop  # noqa: E402

Code = threading.ThreadError
RUN_LAST = GObject.SignalFlags.RUN_LAST


class Anything:
    """An object that is no GObject."""


class Thing(GObject.Object):
    pass


class Speaker(threading.Thread):
    """run() calls a function with the thread."""

    __gtype_name__ = "HomeSpeaker"
    __gsignals__ = {
        "found": (RUN_LAST, None, (int, str, object)),
        "thing": (RUN_LAST, None, (Thing, GLib.Variant, GLib.Bytes, Gio.BusType)),
        "said": (RUN_LAST | GObject.SignalFlags.DETAILED, None, ()),
        "asks": (RUN_LAST, bool, (int,)),
    }
    count = GObject.Property(type=int)

    def __init__(self, function=None, **properties):
        super().__init__(**properties)
        self.function = function
        self.secret = 0
        self.setters = []

    @GObject.Property(type=int)
    def checked(self):
        return self.secret

    @checked.setter
    def checked(self, value):
        self.setters.append(python.get_ident())
        self.secret = value

    @GObject.Signal(arg_types=(int,))
    def counted(self, number):
        self.count_seen = number, python.get_ident()

    def run(self):
        return self.function(self)


class Numbers(threading.Thread):
    """run() is a generator function."""

    def __init__(self, items, **properties):
        super().__init__(**properties)
        self.items = items

    def run(self):
        yield from self.items
        return "end"


def started(thread):
    thread.start()
    return thread


def record(thread, signal):
    """A list of the arguments that the handler gets; with the thread in which it is called."""
    calls = []
    thread.connect(signal, lambda _thread, *args: calls.append((python.get_ident(), *args)))
    return calls


class Case(unittest.TestCase):
    def setUp(self):
        self.here = python.get_ident()

    def run_in_thread(self, function, **properties):
        """A Speaker that has ended, and its failures are those of the test."""
        thread = started(Speaker(function, **properties))
        thread.join()
        return thread.get_result()

    def silence(self):
        hook = threading.excepthook
        threading.excepthook = lambda args: None
        self.addCleanup(setattr, threading, "excepthook", hook)

    def assertCode(self, code, function, *args):
        with self.assertRaises(RuntimeError) as caught:
            function(*args)
        self.assertTrue(caught.exception.matches(Code.quark(), code), caught.exception)

    def assertGone(self, reference):
        def is_gone():
            gc.collect()
            GLib.MainContext.default().iteration(False)
            return reference() is None

        wait_until(is_gone)


class TestEmit(Case):
    def test_arrives_here(self):
        mark = Anything()
        thread = Speaker(lambda self: [self.emit("found", i, "word", mark) for i in range(3)])
        calls = record(thread, "found")
        started(thread).join()
        self.assertEqual(thread.get_result(), [None] * 3)
        self.assertEqual(calls, [(self.here, i, "word", mark) for i in range(3)])

    def test_before_finished(self):
        thread, log = Speaker(lambda self: self.emit("said")), []
        for name in ("started", "said", "finished"):
            thread.connect(name, lambda _thread, name=name: log.append(name))
        started(thread).join()
        self.assertEqual(log, ["started", "said", "finished"])

    def test_kinds(self):
        thing, variant, data = Thing(), GLib.Variant("s", "word"), GLib.Bytes(b"bytes")
        thread = Speaker(lambda self: [self.emit("thing", thing, variant, data, Gio.BusType.SESSION),
                                       self.emit("thing", None, None, None, Gio.BusType.SYSTEM)])
        calls = record(thread, "thing")
        started(thread).join()
        thread.get_result()
        self.assertEqual(calls[0][:3], (self.here, thing, variant))
        self.assertIs(calls[0][1], thing)
        self.assertEqual(calls[0][3].get_data(), b"bytes")
        self.assertEqual(calls[0][4], Gio.BusType.SESSION)
        self.assertEqual(calls[1][1:], (None, None, None, Gio.BusType.SYSTEM))

    def test_detail(self):
        thread = Speaker(lambda self: [self.emit("said::one"), self.emit("said::two")])
        ones, all_of_them = record(thread, "said::one"), record(thread, "said")
        started(thread).join()
        thread.get_result()
        self.assertEqual((len(ones), len(all_of_them)), (1, 2))

    def test_signal_object(self):
        """The signals that a decorator makes, and the class's own handler."""
        thread = started(Speaker(lambda self: self.counted.emit(7)))
        thread.join()
        self.assertEqual(thread.count_seen, (7, self.here))

    def test_in_the_owner(self):
        thread = Speaker()
        calls = record(thread, "found")
        thread.emit("found", 1, None, None)
        self.assertEqual(calls, [(self.here, 1, None, None)])

    def test_in_the_owner_after_what_is_pending(self):
        said, goes_on = python.Event(), python.Event()
        thread = Speaker(lambda self: (self.emit("found", 1, "", None), said.set(), goes_on.wait()))
        calls = record(thread, "found")
        thread.start()
        said.wait()
        thread.emit("found", 2, "", None)
        self.assertEqual([call[1] for call in calls], [1, 2])
        goes_on.set()
        thread.join()

    def test_wrong(self):
        def emit(self):
            for args in ("nothing",), ("found",), ("found", 1, "", None, 2), ("found", "one", "", None), ("thing", thread, None, None, 1):
                try:
                    self.emit(*args)
                except TypeError as error:
                    failures.append(str(error))

        thread, failures = Speaker(), []
        emit(thread)
        self.run_in_thread(emit)
        self.assertEqual(len(failures), 10)
        self.assertEqual(failures[:5], failures[5:])
        self.assertIn("unknown signal name: nothing", failures[0])
        self.assertIn("3 parameters needed for signal found; 0 given", failures[1])

    def test_value(self):
        """A signal that returns a value: the owner gets it, another thread can not."""
        def ask(self):
            with case.assertRaisesRegex(TypeError, "only the owner"):
                self.emit("asks", 1)
            return self.call_owner(self.emit, "asks", 2)

        case = self
        thread = Speaker(ask)
        thread.connect("asks", lambda _thread, number: number == 2)
        self.assertIs(thread.emit("asks", 2), True)
        self.assertIs(thread.emit("asks", 3), False)
        started(thread).join()
        self.assertIs(thread.get_result(), True)

    def test_value_in_other_contexts(self):
        context = GLib.MainContext()
        thread = Speaker(main_context=context)
        thread.connect("asks", lambda _thread, number: True)
        self.assertRaises(TypeError, thread.emit, "asks", 1)
        context.push_thread_default()
        try:
            self.assertIs(thread.emit("asks", 1), True)
        finally:
            context.pop_thread_default()
        context.acquire()
        self.assertIs(thread.emit("asks", 1), True)
        context.release()

    def test_let_go(self):
        mark = Anything()
        thread = Speaker(lambda self: [self.emit("found", i, "", mark) for i in range(100)] and None)
        started(thread).join()
        thread.function = None
        gone, gone_thread = weakref.ref(mark), weakref.ref(thread)
        del mark, thread
        self.assertGone(gone)
        self.assertGone(gone_thread)

    def test_let_go_without_an_owner(self):
        """The context is gone before anything was delivered."""
        context, mark = GLib.MainContext(), Anything()
        goes_on = python.Event()
        thread = started(Speaker(lambda self: (self.emit("found", 1, "", mark), goes_on.wait(), self.emit("found", 2, "", mark)) and None,
                                 main_context=context))
        del context
        goes_on.set()
        wait_until(lambda: not thread.is_alive())
        thread.function = None
        gone = weakref.ref(mark)
        del mark
        self.assertGone(gone)


class TestNotify(Case):
    def test_property(self):
        def count(self):
            for i in range(1, 1001):
                self.count = i

        thread = Speaker(count)
        calls = record(thread, "notify::count")
        started(thread).join()
        self.assertTrue(calls)
        self.assertEqual({call[0] for call in calls}, {self.here})
        self.assertEqual(thread.count, 1000)

    def test_getter_and_setter(self):
        def check(self):
            self.checked = 5
            self.props.checked = 6
            self.set_property("checked", 7)
            return python.get_ident()

        thread = Speaker(check)
        calls = record(thread, "notify::checked")
        started(thread).join()
        self.assertEqual({call[0] for call in calls}, {self.here})
        self.assertEqual(thread.checked, 7)
        # The setter is called where the property is set.
        self.assertEqual(thread.setters, [thread.get_result()] * 3)
        self.assertNotEqual(thread.get_result(), self.here)

    def test_by_hand(self):
        thread = Speaker(lambda self: self.notify("count"))
        calls = record(thread, "notify::count")
        started(thread).join()
        self.assertEqual([call[0] for call in calls], [self.here])

    def test_freeze(self):
        def change(self):
            with self.freeze_notify():
                self.count = 1
                self.checked = 1

        thread = Speaker(change)
        calls = record(thread, "notify::count") + record(thread, "notify::checked")
        counts, checks = record(thread, "notify::count"), record(thread, "notify::checked")
        self.assertEqual(calls, [])
        started(thread).join()
        self.assertEqual([call[0] for call in counts + checks], [self.here] * 2)

    def test_binding(self):
        class Label(GObject.Object):
            set_in = []

            @GObject.Property(type=int)
            def number(self):
                return self.shown

            @number.setter
            def number(self, value):
                self.set_in.append(python.get_ident())
                self.shown = value

        def count(self):
            for i in range(1, 101):
                self.count = i

        label = Label()
        thread = Speaker(count)
        thread.bind_property("count", label, "number", GObject.BindingFlags.SYNC_CREATE)
        started(thread).join()
        self.assertEqual(label.shown, 100)
        self.assertEqual(set(label.set_in), {self.here})


class TestResults(Case):
    ITEMS = [1, "two", None, [3], {"four": 4}, Anything(), Thing()]

    def test_list(self):
        thread = started(Numbers(self.ITEMS))
        thread.join()
        results = thread.results
        self.assertIsInstance(results, Gio.ListModel)
        self.assertEqual(list(results), self.ITEMS)
        self.assertEqual(len(results), len(self.ITEMS))
        self.assertEqual([results[i] for i in range(len(results))], self.ITEMS)
        self.assertEqual([results.get_item(i) for i in range(len(results))], self.ITEMS)
        self.assertEqual(results[-2:], self.ITEMS[-2:])
        self.assertIs(results[-1], self.ITEMS[-1])
        self.assertIs(results[5], self.ITEMS[5])
        self.assertIn(None, results)
        self.assertNotIn(2, results)
        self.assertRaises(IndexError, results.__getitem__, 7)
        self.assertRaises(IndexError, results.__getitem__, -8)
        self.assertRaises(TypeError, results.__getitem__, "1")
        self.assertIsNone(results.get_item(7))
        self.assertIs(thread.results, results)
        self.assertIs(thread.get_results(), results)
        self.assertIs(thread.props.results, results)
        self.assertEqual(thread.result, "end")

    def test_list_grows_here(self):
        thread, log = Numbers([1, 2, 3]), []
        thread.results.connect("items-changed", lambda results, position, removed, added: log.append(
            (python.get_ident(), removed, results[position:position + added])))
        started(thread).join()
        self.assertEqual({entry[:2] for entry in log}, {(self.here, 0)})
        self.assertEqual(sum((entry[2] for entry in log), []), [1, 2, 3])

    def test_box(self):
        """What C sees, a GtkListView too."""
        thread = started(Numbers([1, self.ITEMS[-1]]))
        thread.join()
        store = Gio.ListStore.new(GObject.Object)
        flat = Gio.ListStore.new(Gio.ListModel)
        flat.append(thread.results)
        self.assertEqual(len(store), 0)
        first = Gio.ListModel.get_item(thread.results, 0)
        self.assertIsInstance(first, GObject.Object)
        self.assertEqual(first.value, 1)
        self.assertIs(Gio.ListModel.get_item(thread.results, 1), self.ITEMS[-1])

    def test_for(self):
        thread = started(Numbers(self.ITEMS))
        self.assertEqual(list(thread), self.ITEMS)
        self.assertFalse(thread.is_alive())
        self.assertEqual(thread.result, "end")
        self.assertEqual(list(thread), [])

    def test_for_delivers(self):
        def run(self):
            for i in range(3):
                self.emit("found", i, "", None)
                self.publish(i)

        thread = Speaker(run)
        calls = record(thread, "found")
        finished = record(thread, "finished")
        self.assertEqual([(item, len(calls) > item) for item in started(thread)], [(i, True) for i in range(3)])
        self.assertEqual(finished, [(self.here,)])

    def test_for_one_by_one(self):
        """The thread goes on when the item is here."""
        turn = python.Semaphore(0)

        def items():
            for i in range(3):
                yield i
                turn.acquire()

        seen = []
        for item in started(Numbers(items())):
            seen.append(item)
            turn.release()
        self.assertEqual(seen, [0, 1, 2])

    def test_for_fails(self):
        error = ValueError("no such luck")

        def items():
            yield 1
            raise error

        self.silence()
        thread, seen = started(Numbers(items())), []
        with self.assertRaises(ValueError) as caught:
            for item in thread:
                seen.append(item)
        self.assertIs(caught.exception, error)
        self.assertEqual(seen, [1])

    def test_for_breaks_off(self):
        thread = started(Numbers([1, 2, 3]))
        for item in thread:
            break
        self.assertEqual(item, 1)
        self.assertEqual(list(thread), [2, 3])

    def test_next_result(self):
        go_on = python.Event()

        def items():
            go_on.wait()
            yield 1

        thread = Numbers(items())
        self.assertCode(Code.NOT_STARTED, thread.next_result)
        thread.start()
        self.assertCode(Code.TIMED_OUT, thread.next_result, 0)
        self.assertCode(Code.TIMED_OUT, thread.next_result, -1)
        self.assertCode(Code.TIMED_OUT, thread.next_result, 0.06)
        self.assertRaises(OverflowError, thread.next_result, 1e30)
        go_on.set()
        self.assertEqual(thread.next_result(LONG_S), 1)
        self.assertRaises(EOFError, thread.next_result)
        self.assertRaises(EOFError, thread.next_result, 0)
        thread.join()

    def test_next_result_of_itself(self):
        self.assertCode(Code.DEADLOCK, self.run_in_thread, self.silence() or (lambda self: self.next_result()))

    def test_next_result_elsewhere(self):
        numbers = started(Numbers(range(10)))
        self.assertEqual(self.run_in_thread(lambda _thread: list(numbers)), list(range(10)))

    def test_next_result_is_cancelled(self):
        goes_on = python.Event()

        def items():
            goes_on.wait()
            yield 1

        numbers = started(Numbers(items()))
        reader = started(Speaker(lambda _self: numbers.next_result()))
        reader.cancel()
        reader.join()
        self.assertEqual(reader.props.state, threading.ThreadState.CANCELLED)
        goes_on.set()
        self.assertEqual(list(numbers), [1])

    def test_one_way_or_the_other(self):
        thread = started(Numbers([1]))
        self.assertEqual(list(thread), [1])
        self.assertRaises(RuntimeError, thread.get_results)
        thread = started(Numbers([1]))
        self.assertEqual(thread.results, thread.results)
        self.assertRaises(RuntimeError, thread.next_result)
        self.assertRaises(RuntimeError, list, thread)
        thread.join()
        self.assertEqual(list(thread.results), [1])

    def test_publish(self):
        thread = started(Speaker(lambda self: [self.publish(item) for item in TestResults.ITEMS] and None))
        self.assertEqual(list(thread), self.ITEMS)
        self.assertRaises(RuntimeError, thread.publish, 1)

    def test_target(self):
        def target(n):
            for i in range(n):
                yield i
            return n

        thread = started(threading.Thread(target=target, args=(3,)))
        self.assertEqual(list(thread), [0, 1, 2])
        self.assertEqual(thread.result, 3)

    def test_function(self):
        def function(thread, n):
            yield thread
            yield n

        thread = started(threading.Thread.new("numbers", function, 5))
        self.assertEqual(list(thread), [thread, 5])

    def test_do_run(self):
        class Child(Numbers):
            def do_run(self):
                self.publish("first")
                super().do_run()
                self.publish("last")

        self.assertEqual(list(started(Child([1]))), ["first", 1, "last"])

    def test_cancel(self):
        """Where it yields is where a generator hears of it."""
        cleaned = []

        def items():
            i = 0
            try:
                while True:
                    yield i
                    i += 1
            finally:
                cleaned.append(True)

        thread = started(Numbers(items()))
        for item in thread:
            if item == 3:
                break
        thread.cancel()
        thread.join()
        self.assertEqual(thread.props.state, threading.ThreadState.CANCELLED)
        self.assertEqual(cleaned, [True])
        with self.assertRaises(GLib.Error) as caught:
            for item in thread:
                pass
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def test_cancel_is_handled(self):
        def items():
            try:
                while True:
                    yield 1
            except GLib.Error:
                pass
            return "stopped"

        thread = started(Numbers(items()))
        thread.next_result()
        thread.cancel()
        thread.join()
        self.assertEqual(thread.props.state, threading.ThreadState.SUCCEEDED)

    def test_max_pending(self):
        def items():
            for i in range(100):
                far.append(i)
                yield i

        far = []
        thread = started(Numbers(items(), max_pending=2))
        for item in thread:
            # Two are pending, two were when the first one was asked for, and one waits for room.
            self.assertLessEqual(len(far), item + 10)
        self.assertEqual(len(far), 100)

    def test_let_go(self):
        for read in (lambda thread: list(thread), lambda thread: list(thread.results), lambda thread: None):
            mark, thing = Anything(), Thing()
            thread = started(Numbers([mark, thing, [mark], Thing()]))
            thread.join()
            read(thread)
            thread.items = None
            gone = [weakref.ref(mark), weakref.ref(thing), weakref.ref(thread)]
            del mark, thing, thread
            for reference in gone:
                self.assertGone(reference)

    def test_list_outlives(self):
        thread = started(Numbers([1, 2]))
        thread.join()
        gone, results = weakref.ref(thread), thread.results
        del thread
        self.assertGone(gone)
        self.assertEqual(list(results), [1, 2])


class TestAsync(Case):
    def run_loop(self, coroutine):
        return asyncio.run(asyncio.wait_for(coroutine, LONG_S))

    def test_items(self):
        async def main():
            return [item async for item in started(Numbers(TestResults.ITEMS))]

        self.assertEqual(self.run_loop(main()), TestResults.ITEMS)
        self.assertEqual(glibloop.run(main()), TestResults.ITEMS)

    def test_loop_runs_on(self):
        """The thread waits for the loop, and the loop for the thread, in turn."""
        async def main():
            turn = python.Semaphore(0)

            def items():
                for i in range(5):
                    turn.acquire()
                    yield i

            async def tick():
                for _ in range(5):
                    await asyncio.sleep(0.001)
                    turn.release()

            task = asyncio.ensure_future(tick())
            seen = [item async for item in started(Numbers(items()))]
            await task
            return seen

        self.assertEqual(self.run_loop(main()), [0, 1, 2, 3, 4])
        self.assertEqual(glibloop.run(main()), [0, 1, 2, 3, 4])

    def test_a_flood_lets_others_run(self):
        async def main():
            is_over = []

            def items():
                while not is_over:
                    yield 1

            async def end():
                await asyncio.sleep(0.01)
                is_over.append(True)

            task = asyncio.ensure_future(end())
            async for item in started(Numbers(items(), max_pending=100)):
                self.assertEqual(item, 1)
            await task

        self.run_loop(main())

    def test_delivers(self):
        def run(self):
            self.emit("found", 1, "", None)
            self.publish(1)

        async def main():
            thread = Speaker(run)
            calls, finished = record(thread, "found"), record(thread, "finished")
            async for _item in started(thread):
                self.assertEqual(len(calls), 1)
            self.assertEqual(finished, [(self.here,)])

        self.run_loop(main())

    def test_fails(self):
        def items():
            yield 1
            raise ValueError("no such luck")

        async def main():
            seen = []
            with self.assertRaisesRegex(ValueError, "no such luck"):
                async for item in started(Numbers(items())):
                    seen.append(item)
            return seen

        self.silence()
        self.assertEqual(self.run_loop(main()), [1])

    def test_cancelled_task(self):
        """The iteration stops, the thread does not, and no result is lost."""
        async def main():
            goes_on = python.Event()

            def items():
                yield 1
                goes_on.wait()
                yield 2
                yield 3

            async def iterate():
                async for item in thread:
                    seen.append(item)

            seen = []
            thread = started(Numbers(items()))
            task = asyncio.ensure_future(iterate())
            while not seen:
                await asyncio.sleep(0.001)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            self.assertTrue(thread.is_alive())
            goes_on.set()
            return seen + [item async for item in thread]

        self.assertEqual(self.run_loop(main()), [1, 2, 3])
        self.assertEqual(glibloop.run(main()), [1, 2, 3])

    def test_cancelled_often(self):
        """The result may come with the cancellation."""
        async def main():
            thread, seen = started(Numbers(range(300))), []

            async def read():
                async for item in thread:
                    seen.append(item)

            while thread.is_alive() or len(seen) < 300:
                task = asyncio.ensure_future(read())
                await asyncio.sleep(0.0001)
                task.cancel()
                try:
                    await task
                except asyncio.CancelledError:
                    pass
            return seen

        self.assertEqual(self.run_loop(main()), list(range(300)))

    def test_wrong(self):
        async def new():
            async for _item in Numbers([]):
                pass

        self.assertCode(Code.NOT_STARTED, self.run_loop, new())

        async def itself():
            async for _item in threading.current_thread():
                pass

        self.silence()
        self.assertCode(Code.DEADLOCK, self.run_in_thread, lambda _self: asyncio.run(itself()))

    def test_no_helper_is_left(self):
        def items():
            yield from range(10)

        async def main():
            return [item async for item in started(Numbers(items()))]

        count = threading.active_count()
        self.assertEqual(self.run_loop(main()), list(range(10)))
        self.assertEqual(threading.active_count(), count)

    def test_let_go(self):
        async def main():
            thread = started(Numbers([mark]))
            async for _item in thread:
                pass
            thread.items = None
            return weakref.ref(thread)

        mark = Anything()
        gone, gone_thread = weakref.ref(mark), self.run_loop(main())
        del mark
        self.assertGone(gone_thread)
        self.assertGone(gone)


class TestCalls(Case):
    def test_call_owner(self):
        def run(self):
            return [self.call_owner(lambda a, b: (a, b, python.get_ident()), 1, b"2"), self.call_owner(lambda: None)]

        self.assertEqual(self.run_in_thread(run), [(1, b"2", self.here), None])

    def test_call_owner_here(self):
        self.assertEqual(Speaker().call_owner(lambda word: word, "here"), "here")

    def test_call_owner_raises(self):
        def fail():
            raise error

        def run(self):
            try:
                self.call_owner(fail)
            except LookupError as caught:
                return caught

        error = LookupError("not there")
        self.assertIs(self.run_in_thread(run), error)
        error = LookupError("not there")
        self.assertIs(run(Speaker()), error)

    def test_call_owner_raises_an_error_of_glib(self):
        def run(self):
            try:
                self.call_owner(Gio.File.new_for_path("/nowhere/at/all").load_contents, None)
            except GLib.Error as error:
                return error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND)

        self.assertTrue(self.run_in_thread(run))

    def test_call_owner_closed(self):
        def run(self):
            try:
                self.call_owner(print)
            except GLib.Error as error:
                return error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CLOSED)

        context = GLib.MainContext()
        thread = Speaker(run, main_context=context)
        del context
        thread.start()
        wait_until(lambda: not thread.is_alive())
        self.assertTrue(thread.get_result())

    def test_post(self):
        calls = []

        def run(self):
            self.post(lambda *args: calls.append((python.get_ident(), *args)), 1, "two")
            self.post(calls.append, "last")

        self.run_in_thread(run)
        self.assertEqual(calls, [(self.here, 1, "two"), "last"])

    def test_post_raises(self):
        """As in a handler of a signal: it is printed."""
        def fail():
            raise error

        caught, error = [], LookupError("not there")
        hook = sys.excepthook
        sys.excepthook = lambda kind, value, trace: caught.append(value)
        try:
            self.run_in_thread(lambda self: self.post(fail))
        finally:
            sys.excepthook = hook
        self.assertEqual(caught, [error])

    def test_wrong(self):
        thread = Speaker()
        self.assertRaises(TypeError, thread.post, 1)
        self.assertRaises(TypeError, thread.call_owner, 1)

    def test_order(self):
        def run(self):
            for i in range(10):
                self.emit("found", i, "", None)
                self.post(log.append, f"post {i}")
                self.call_owner(log.append, f"call {i}")

        log, thread = [], Speaker(run)
        thread.connect("found", lambda _thread, i, *_args: log.append(f"emit {i}"))
        started(thread).join()
        self.assertEqual(log, [f"{what} {i}" for i in range(10) for what in ("emit", "post", "call")])

    def test_let_go(self):
        def run(self):
            self.post(lambda *_args: None, mark)
            self.call_owner(lambda *_args: None, mark)
            try:
                self.call_owner(fail, mark)
            except LookupError:
                pass

        def fail(_mark):
            raise LookupError

        mark = Anything()
        thread = started(Speaker(run))
        thread.join()
        thread.get_result()
        thread.function = run = None
        gone, gone_thread = weakref.ref(mark), weakref.ref(thread)
        # Without the collector: there is no cycle.
        gc.disable()
        self.addCleanup(gc.enable)
        del mark
        self.assertIsNone(gone())
        del thread
        self.assertGone(gone_thread)

    def test_error_makes_no_cycle(self):
        class Failure(Exception):
            pass

        def fail():
            raise Failure

        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        try:
            Speaker().call_owner(fail)
        except Failure as error:
            gone = weakref.ref(error)
        self.assertIsNone(gone())


class TestAfterTheEnd(Case):
    """What is said of a thread that has ended, and to which nobody has listened so far, and that is dropped then."""

    def ended(self):
        thread = started(Speaker(lambda _thread: None))
        wait_until(lambda: not thread.is_alive())
        return thread

    def test_post(self):
        called = []
        for i in range(50):
            self.ended().post(called.append, i)
        wait_until(lambda: GLib.MainContext.default().iteration(False) or len(called) == 50)
        self.assertEqual(sorted(called), list(range(50)))

    def test_emit(self):
        for _ in range(50):
            thread = self.ended()
            other = threading.Thread(target=lambda: thread.emit("found", 3, "x", None))
            other.start()
            other.join()
            thread = None


class TestLoopThread(Case):
    def started(self, loop):
        self.addCleanup(loop.join)
        self.addCleanup(loop.quit)
        return started(loop)

    def test_invoke(self):
        loop = threading.LoopThread(name="loop")
        self.assertCode(Code.NOT_STARTED, loop.invoke, print)
        self.started(loop)
        self.assertEqual(loop.invoke(lambda *args: (*args, threading.current_thread()), 1, "two"), (1, "two", loop))
        self.assertRaises(ZeroDivisionError, loop.invoke, lambda: 1 / 0)
        self.assertRaises(TypeError, loop.invoke, None)
        loop.quit()
        loop.join()
        self.assertCode(Code.SHUT_DOWN, loop.invoke, print)

    def test_subclass(self):
        class WithDoRun(threading.LoopThread):
            def do_run(self):
                log.append("before")
                super().do_run()
                log.append("after")

        class WithRun(threading.LoopThread):
            def run(self):
                log.append("before")
                super().run()
                log.append("after")

        class WithNeither(threading.LoopThread):
            def __init__(self):
                super().__init__(name="loop")

        for cls in WithDoRun, WithRun, WithNeither:
            log = []
            loop = self.started(cls())
            loop.invoke(log.append, "called")
            loop.quit()
            loop.join()
            self.assertEqual(log, ["called"] if cls is WithNeither else ["before", "called", "after"])

    def test_cancel(self):
        loop = self.started(threading.LoopThread())
        loop.cancel()
        loop.join()
        self.assertEqual(loop.props.state, threading.ThreadState.CANCELLED)


class TestOwnNames(Case):
    """A program may use the names for something else: nothing inside calls them."""

    def test_methods(self):
        class Own(threading.Thread):
            __gsignals__ = {"found": (RUN_LAST, None, (int,))}

            def __init__(self):
                super().__init__()
                self.results = []

            def not_for_you(self, *args, **kwargs):
                raise AssertionError("called")

            emit = publish = get_results = next_result = call_owner = post = not_for_you
            __iter__ = __aiter__ = emitv = not_for_you

            def run(self):
                self.results.append(1)
                yield 2
                return 3

        thread = started(Own())
        thread.join()
        self.assertEqual((thread.results, thread.result), ([1], 3))
        self.assertEqual(list(threading.Thread.get_results(thread)), [2])
        threading.Thread.emit(thread, "found", 1) if thread.is_alive() else None

        thread = started(Own())
        self.assertEqual(threading.Thread.next_result(thread), 2)
        self.assertRaises(EOFError, threading.Thread.next_result, thread)
        self.assertEqual(threading.Thread.call_owner(thread, lambda: 5), 5)
        threading.Thread.post(thread, print)

        async def wait(thread):
            return await thread, [item async for item in thread.all_of_it()]

        Own.all_of_it = threading.Thread.__aiter__
        self.assertEqual(asyncio.run(wait(started(Own()))), (3, [2]))


if __name__ == "__main__":
    taprunner.main()
