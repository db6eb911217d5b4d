/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * MyThread.Thread as Vala sees it.
 */

delegate void Work (MyThread.Thread thread) throws Error;

/* A subclass with a constructor of its own. */
class Worker : MyThread.Thread {
  private Work work;

  public Worker (string? name, owned Work work) {
    Object (name: name);
    this.work = (owned) work;
  }

  public override void run () throws Error {
    work (this);
  }
}

class Handler : MyThread.Thread {
  public string calls = "";

  public override void run () throws Error {
    calls += "run ";
  }

  public override void started () {
    calls += "started ";
  }

  public override void finished () {
    calls += "finished ";
  }
}

/* All that can be overridden, with its base. */
class Chaining : MyThread.Thread {
  public string calls = "";

  public override void run () throws Error {
    base.run ();
    calls += "run ";
  }

  public override void started () {
    base.started ();
    calls += "started ";
  }

  public override void finished () {
    base.finished ();
    calls += "finished ";
  }
}

/* It starts before the constructor of its class has returned. */
class SelfStarting : MyThread.Thread {
  construct {
    try {
      start ();
    } catch (Error error) {
      assert_not_reached ();
    }
  }

  public SelfStarting (string name, MyThread.ThreadGroup group) {
    Object (name: name, group: group);
  }

  public override void run () throws Error {
    set_status ("running");
  }
}

void sleep_until_cancelled (MyThread.Thread thread) throws Error {
  while (MyThread.Thread.sleep (TimeSpan.SECOND)) {
  }
}

void test_subclass () {
  MyThread.Thread? current = null;
  var thread = new Worker ("worker", (thread) => {
    current = MyThread.Thread.get_current ();
  });

  try {
    thread.start ();
    assert (thread.join ());
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (current == thread);
  assert (thread.get_state () == MyThread.ThreadState.SUCCEEDED);
  assert (thread.dup_name () == "worker");
  assert (thread.name == "worker");
}

void test_error () {
  var thread = new Worker (null, (thread) => {
    throw new IOError.BUSY ("no such luck");
  });

  try {
    thread.start ();
    thread.join ();
    assert_not_reached ();
  } catch (IOError.BUSY error) {
    assert (error.message == "no such luck");
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (thread.state == MyThread.ThreadState.FAILED);
  assert (thread.dup_error () is IOError.BUSY);
}

void test_own_errors () {
  var thread = new Worker (null, sleep_until_cancelled);

  try {
    thread.join ();
    assert_not_reached ();
  } catch (MyThread.ThreadError.NOT_STARTED error) {
  } catch (Error error) {
    assert_not_reached ();
  }
  try {
    thread.start ();
    thread.join_timeout (1000);
    assert_not_reached ();
  } catch (MyThread.ThreadError.TIMED_OUT error) {
  } catch (Error error) {
    assert_not_reached ();
  }
  thread.cancel ();
  try {
    thread.join ();
    assert_not_reached ();
  } catch (IOError.CANCELLED error) {
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (thread.is_cancelled ());
  assert (!thread.is_alive ());
}

void test_function () {
  var n_calls = 0;
  var thread = new MyThread.Thread ("function", (thread) => {
    n_calls++;
    assert (thread.dup_name () == "function");
  });

  try {
    thread.start ();
    thread.join ();
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (n_calls == 1);
}

void test_args () {
  var kwargs = new VariantDict ();
  var number = 0;
  var text = "";

  kwargs.insert ("text", "s", "ä");
  var thread = new MyThread.Thread.with_args (null, new Variant ("(i)", 7), kwargs.end (), (thread) => {
    thread.get_args ().get ("(i)", out number);
    thread.get_kwargs ().lookup ("text", "s", out text);
  });
  try {
    thread.start ();
    thread.join ();
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (number == 7);
  assert (text == "ä");
}

void test_result () {
  var thread = new Worker (null, (thread) => {
    thread.set_result ("the result");
  });
  Value result;

  try {
    thread.start ();
    thread.join ();
    assert (thread.get_result (out result));
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (result.get_string () == "the result");
}

void test_class_handlers () {
  var thread = new Handler ();

  try {
    thread.start ();
    thread.join ();
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (thread.calls.contains ("run "));
  assert (thread.calls.has_suffix ("finished "));
  assert (thread.calls.replace ("run ", "") == "started finished ");
}

void test_signals () {
  var loop = new MainLoop ();
  var log = "";
  var thread = new Worker (null, (thread) => {
    thread.set_progress (0.5);
    thread.set_status ("half of it");
  });

  thread.started.connect (() => {
    log += "started ";
    assert (MyThread.Thread.get_current () == MyThread.Thread.get_main ());
  });
  thread.notify["status"].connect (() => {
    log += "status ";
    assert (thread.status == "half of it");
    assert (thread.progress == 0.5);
  });
  thread.finished.connect (() => {
    log += "finished";
    assert (MyThread.Thread.get_current () == MyThread.Thread.get_main ());
    loop.quit ();
  });
  try {
    thread.start ();
  } catch (Error error) {
    assert_not_reached ();
  }
  loop.run ();
  assert (log == "started status finished");
}

async void join_one (MainLoop loop) {
  var thread = new Worker (null, (thread) => {
    MyThread.Thread.sleep (1000);
  });

  try {
    thread.start ();
    assert (yield thread.join_async (null));
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (thread.state == MyThread.ThreadState.SUCCEEDED);
  loop.quit ();
}

async void join_failure (MainLoop loop) {
  var thread = new Worker (null, (thread) => {
    throw new IOError.BUSY ("no such luck");
  });

  try {
    thread.start ();
    yield thread.join_async ();
    assert_not_reached ();
  } catch (Error error) {
    assert (error is IOError.BUSY);
  }
  loop.quit ();
}

void test_async () {
  var loop = new MainLoop ();

  join_one.begin (loop);
  loop.run ();
  join_failure.begin (loop);
  loop.run ();
}

void test_cancellable () {
  var thread = new Worker (null, (thread) => {
    while (true) {
      thread.get_cancellable ().set_error_if_cancelled ();
    }
  });

  try {
    thread.start ();
  } catch (Error error) {
    assert_not_reached ();
  }
  thread.cancel ();
  try {
    thread.join ();
    assert_not_reached ();
  } catch (Error error) {
    assert (error is IOError.CANCELLED);
  }
}

void test_threads () {
  var thread = new Worker ("listed", sleep_until_cancelled);

  try {
    thread.start ();
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (MyThread.Thread.active_count () == 2);
  var threads = MyThread.Thread.enumerate ();
  assert (threads.length == 2);
  assert (threads.find (thread));
  assert (threads.find (MyThread.Thread.get_main ()));

  thread.cancel ();
  try {
    thread.join ();
  } catch (Error error) {
    assert (error is IOError.CANCELLED);
  }
  assert (MyThread.Thread.active_count () == 1);
}

void test_properties () {
  var thread = (Worker) Object.new (typeof (Worker), name: "properties", daemon: true, priority: 3,
                                       fresh_os_thread: true);

  assert (thread.daemon);
  assert (thread.priority == 3);
  assert (thread.fresh_os_thread);
  thread.fresh_os_thread = false;
  assert (!thread.get_fresh_os_thread ());
  assert (thread.group == MyThread.ThreadGroup.get_default ());
  assert (thread.ident == 0);
  assert (thread.native_id == 0);
  thread.name = "renamed";
  assert (thread.dup_name () == "renamed");
}

void test_chain_up () {
  var thread = new Chaining ();

  try {
    thread.start ();
    assert (thread.join ());
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (thread.calls.replace ("run ", "") == "started finished ");
}

void test_start_in_construct () {
  var group = new MyThread.ThreadGroup ("group", null);
  var thread = new SelfStarting ("self", group);

  assert (thread.group == group);
  try {
    assert (thread.join ());
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (thread.dup_name () == "self");
  assert (thread.dup_status () == "running");
}

int main (string[] argv) {
  Test.init (ref argv);

  Test.add_func ("/vala/thread/subclass", test_subclass);
  Test.add_func ("/vala/thread/error", test_error);
  Test.add_func ("/vala/thread/own-errors", test_own_errors);
  Test.add_func ("/vala/thread/function", test_function);
  Test.add_func ("/vala/thread/args", test_args);
  Test.add_func ("/vala/thread/result", test_result);
  Test.add_func ("/vala/thread/class-handlers", test_class_handlers);
  Test.add_func ("/vala/thread/chain-up", test_chain_up);
  Test.add_func ("/vala/thread/start-in-construct", test_start_in_construct);
  Test.add_func ("/vala/thread/signals", test_signals);
  Test.add_func ("/vala/thread/async", test_async);
  Test.add_func ("/vala/thread/cancellable", test_cancellable);
  Test.add_func ("/vala/thread/threads", test_threads);
  Test.add_func ("/vala/thread/properties", test_properties);
  return Test.run ();
}
