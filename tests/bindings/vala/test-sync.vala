/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Locks, conditions and what is made of them, from Vala. */

void test_lock () {
  try {
    var mutex = new MyThread.Lock ();
    mutex.name = "accounts";
    mutex.acquire (-1);
    assert (mutex.is_locked ());
    assert (mutex.dup_owner () == MyThread.Thread.get_main ());
    try {
      mutex.acquire (-1);
      assert_not_reached ();
    } catch (MyThread.ThreadError.DEADLOCK error) {
      assert ("accounts" in error.message);
    }
    mutex.release ();

    var recursive = new MyThread.Lock.recursive ();
    recursive.acquire (-1);
    recursive.acquire (0);
    recursive.release ();
    recursive.release ();
    assert (!recursive.is_locked ());
  } catch (Error error) {
    assert_not_reached ();
  }
}

void test_condition () {
  try {
    var condition = new MyThread.Condition (null);
    var is_here = false;
    var thread = new MyThread.Thread ("tells", (thread) => {
      condition.get_lock ().acquire (-1);
      is_here = true;
      condition.broadcast ();
      condition.get_lock ().release ();
    });

    condition.get_lock ().acquire (-1);
    thread.start ();
    condition.wait_for (() => is_here, -1);
    assert (is_here);
    condition.get_lock ().release ();
    thread.join ();
  } catch (Error error) {
    assert_not_reached ();
  }
}

void test_others () {
  try {
    var event = new MyThread.Event ();
    var semaphore = new MyThread.Semaphore (0);
    var barrier = new MyThread.Barrier (2, null);
    var thread = new MyThread.Thread ("meets", (thread) => {
      uint index;

      event.wait (-1);
      semaphore.release (1);
      barrier.wait (-1, out index);
    });
    uint index;

    thread.start ();
    event.set ();
    semaphore.acquire (-1);
    barrier.wait (-1, out index);
    assert (index < 2);
    thread.join ();
    try {
      semaphore.acquire (0);
      assert_not_reached ();
    } catch (MyThread.ThreadError.TIMED_OUT error) {
    }
  } catch (Error error) {
    assert_not_reached ();
  }
}

void test_mutex () {
  var mutex = MyThread.Mutex ();

  assert (mutex.trylock ());
  assert (!mutex.trylock ());
  mutex.unlock ();
}

int main (string[] args) {
  Test.init (ref args);
  Test.add_func ("/vala/sync/lock", test_lock);
  Test.add_func ("/vala/sync/condition", test_condition);
  Test.add_func ("/vala/sync/others", test_others);
  Test.add_func ("/vala/sync/mutex", test_mutex);
  return Test.run ();
}
