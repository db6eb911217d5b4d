/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * MyThread.Executor and MyThread.ThreadPool as Vala sees them.
 */

class Answer : MyThread.Thread {
  public override void run () throws Error {
    set_result (42);
  }
}

/* All that an implementation has to have. */
class Later : Object, MyThread.Executor {
  private MyThread.Thread? thread = null;

  public bool execute (MyThread.Thread thread) throws Error {
    if (this.thread != null) {
      throw new IOError.BUSY ("one at a time");
    }
    this.thread = thread;
    return true;
  }

  public void go_on () {
    thread.execute ();
    thread = null;
  }
}

int get_answer (MyThread.Thread thread) {
  Value result = Value (typeof (int));

  try {
    thread.join ();
    thread.get_result (out result);
  } catch (Error error) {
    assert_no_error (error);
  }
  return result.get_int ();
}

void test_executor () {
  var executor = new Later ();
  var thread = new Answer ();
  var refused = new Answer ();

  try {
    assert (executor.submit (thread));
    assert (thread.state == MyThread.ThreadState.QUEUED);
    executor.submit (refused);
    assert_not_reached ();
  } catch (Error error) {
    assert_error (error, IOError.quark (), IOError.BUSY);
  }
  assert (refused.state == MyThread.ThreadState.NEW);

  executor.go_on ();
  assert (get_answer (thread) == 42);
}

void test_pool () {
  var pool = new MyThread.ThreadPool ("vala", 2);
  var thread = new Answer ();
  int n_called = 0;

  try {
    assert (pool.submit (thread));
    assert (pool.push_full (() => AtomicInt.inc (ref n_called)));
    assert (get_answer (thread) == 42);
    assert (pool.shutdown (MyThread.ShutdownMode.DRAIN));
  } catch (Error error) {
    assert_no_error (error);
  }
  assert (AtomicInt.get (ref n_called) == 1);
  assert (pool.n_completed == 2);

  try {
    pool.submit (new Answer ());
    assert_not_reached ();
  } catch (Error error) {
    assert (error is MyThread.ThreadError.SHUT_DOWN);
  }
}

void test_parallel () {
  int sum = 0;
  int n_called = 0;

  MyThread.parallel_for (null, 0, 1000, 10, (begin, end) => AtomicInt.add (ref sum, (int) (end - begin)));
  assert (sum == 1000);
  MyThread.parallel_invoke (null, () => AtomicInt.inc (ref n_called), () => AtomicInt.inc (ref n_called));
  assert (n_called == 2);
}

int main (string[] argv) {
  Test.init (ref argv);

  Test.add_func ("/vala/executor/own", test_executor);
  Test.add_func ("/vala/executor/pool", test_pool);
  Test.add_func ("/vala/executor/parallel", test_parallel);
  return Test.run ();
}
