/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * MyThread.ThreadPool, loops and executors as Vala sees them.
 */

class Worker : MyThread.Thread {
  public int seen = 0;

  public override void run () throws Error {
    AtomicInt.inc (ref seen);
  }
}

/* An executor as one writes it in Vala. */
class OwnThreads : Object, MyThread.Executor {
  private Thread<int>[] os_threads = {};

  public bool execute (MyThread.Thread thread) throws Error {
    os_threads += new Thread<int> ("own", () => {
      thread.execute ();
      return 0;
    });
    return true;
  }

  public void close () {
    foreach (var os_thread in os_threads) {
      os_thread.join ();
    }
  }
}

class Closed : Object, MyThread.Executor {
  public bool execute (MyThread.Thread thread) throws Error {
    throw new MyThread.ThreadError.SHUT_DOWN ("closed");
  }
}

void test_push () {
  var pool = new MyThread.ThreadPool ("vala", 2);
  int n = 0;

  try {
    for (int i = 0; i < 100; i++) {
      assert (pool.push (() => AtomicInt.inc (ref n)));
      assert (pool.push_full (() => AtomicInt.inc (ref n)));
    }
    assert (pool.shutdown (MyThread.ShutdownMode.DRAIN));
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (n == 200);
  assert (pool.n_completed == 200);
  assert (pool.n_queued == 0 && pool.n_active == 0);
  try {
    pool.push (() => {});
    assert_not_reached ();
  } catch (MyThread.ThreadError.SHUT_DOWN error) {
  } catch (Error error) {
    assert_not_reached ();
  }
}

void test_submit () {
  var pool = new MyThread.ThreadPool (null, 2);

  try {
    for (int i = 0; i < 20; i++) {
      var worker = new Worker ();

      assert (pool.submit (worker));
      assert (worker.join ());
      assert (worker.seen == 1);
      assert (worker.executor == pool);
    }
    pool.shutdown (MyThread.ShutdownMode.CANCEL);
  } catch (Error error) {
    assert_not_reached ();
  }
}

void test_properties () {
  var pool = new MyThread.ThreadPool ("named", 3);

  assert (pool.name == "named" && pool.max_threads == 3);
  pool.max_threads = 2;
  pool.idle_timeout = TimeSpan.SECOND;
  pool.max_queued = 5;
  assert (pool.max_threads == 2 && pool.idle_timeout == TimeSpan.SECOND && pool.max_queued == 5);
  assert (MyThread.ThreadPool.get_default () == MyThread.ThreadPool.get_default ());
}

void test_parallel () {
  var pool = new MyThread.ThreadPool ("parallel", 2);
  int seen[1000] = {};
  int a = 0, b = 0;

  MyThread.parallel_for (pool, 0, seen.length, 7, (begin, end) => {
    assert (end - begin <= 7);
    for (var i = begin; i < end; i++) {
      AtomicInt.inc (ref seen[i]);
    }
  });
  foreach (int n in seen) {
    assert (n == 1);
  }
  MyThread.parallel_invoke (pool, () => { a = 1; }, () => { b = 2; });
  assert (a == 1 && b == 2);
  MyThread.parallel_for (null, 5, 5, 0, (begin, end) => assert_not_reached ());
}

void test_blocking () {
  var pool = new MyThread.ThreadPool ("blocking", 1);
  var queue = new AsyncQueue<string> ();
  string? word = null;

  try {
    pool.push (() => {
      MyThread.ThreadPool.begin_blocking ();
      word = queue.pop ();
      MyThread.ThreadPool.end_blocking ();
    });
    pool.push (() => queue.push ("word"));
    pool.shutdown (MyThread.ShutdownMode.DRAIN);
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (word == "word");
}

void test_executor () {
  var executor = new OwnThreads ();
  var worker = new Worker ();

  try {
    new Closed ().submit (worker);
    assert_not_reached ();
  } catch (MyThread.ThreadError.SHUT_DOWN error) {
    assert (worker.state == MyThread.ThreadState.NEW);
  } catch (Error error) {
    assert_not_reached ();
  }
  try {
    assert (executor.submit (worker));
    assert (worker.join ());
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (worker.seen == 1);
  executor.close ();
}

async void shut_down (MyThread.ThreadPool pool, MainLoop loop) {
  var cancellable = new Cancellable ();

  cancellable.cancel ();
  try {
    yield pool.shutdown_async (MyThread.ShutdownMode.DRAIN, cancellable);
    assert_not_reached ();
  } catch (IOError.CANCELLED error) {
  } catch (Error error) {
    assert_not_reached ();
  }
  try {
    assert (yield pool.shutdown_async (MyThread.ShutdownMode.DRAIN));
  } catch (Error error) {
    assert_not_reached ();
  }
  loop.quit ();
}

void test_shutdown_async () {
  var pool = new MyThread.ThreadPool ("async", 1);
  var loop = new MainLoop ();
  var queue = new AsyncQueue<string> ();
  int n = 0;

  try {
    pool.push (() => queue.pop ());
    pool.push (() => AtomicInt.inc (ref n));
  } catch (Error error) {
    assert_not_reached ();
  }
  shut_down.begin (pool, loop);
  try {
    pool.shutdown_timeout (MyThread.ShutdownMode.DRAIN, 0);
    assert_not_reached ();
  } catch (MyThread.ThreadError.TIMED_OUT error) {
  } catch (Error error) {
    assert_not_reached ();
  }
  queue.push ("word");
  loop.run ();
  assert (n == 1);
}

void main (string[] args) {
  Test.init (ref args);
  Test.add_func ("/pool/push", test_push);
  Test.add_func ("/pool/submit", test_submit);
  Test.add_func ("/pool/properties", test_properties);
  Test.add_func ("/pool/parallel", test_parallel);
  Test.add_func ("/pool/blocking", test_blocking);
  Test.add_func ("/pool/executor", test_executor);
  Test.add_func ("/pool/shutdown-async", test_shutdown_async);
  Test.run ();
}
