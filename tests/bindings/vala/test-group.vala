/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * MyThread.ThreadGroup as Vala sees it.
 */

class Worker : MyThread.Thread {
  public int number { get; construct; }

  public Worker (MyThread.ThreadGroup group, int number) {
    Object (group: group, number: number);
  }

  public override void run () throws Error {
    if (number < 0) {
      throw new IOError.BUSY ("no such luck");
    }
    if (number > 0) {
      while (MyThread.Thread.sleep (TimeSpan.SECOND)) {
      }
    }
  }
}

void start (MyThread.Thread thread) {
  try {
    thread.start ();
  } catch (Error error) {
    assert_not_reached ();
  }
}

void test_list () {
  var group = new MyThread.ThreadGroup ("group", null);
  var log = "";
  uint sum = 0;

  group.items_changed.connect ((position, removed, added) => {
    log += "%u-%u+%u ".printf (position, removed, added);
  });
  assert (group.get_n_items () == 0);
  start (new Worker (group, 1));
  start (new Worker (group, 2));
  assert (log == "0-0+1 1-0+1 ");
  assert (group.get_item_type () == typeof (MyThread.Thread));
  for (uint i = 0; i < group.get_n_items (); i++) {
    sum += ((Worker) group.get_item (i)).number;
  }
  assert (sum == 3);

  sum = 0;
  group.enumerate ().foreach ((thread) => {
    sum += ((Worker) thread).number;
  });
  assert (sum == 3);

  sum = 0;
  foreach (var thread in group.enumerate ()) {
    sum += ((Worker) thread).number;
  }
  assert (sum == 3);
  assert (group.active_count () == 2);

  group.cancel ();
  try {
    assert (group.join ());
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (group.get_n_items () == 0);
}

/* What is alive at the beginning, with the subgroups, whatever becomes of it meanwhile. */
void test_foreach () {
  var group = new MyThread.ThreadGroup ("group", null);
  var child = new MyThread.ThreadGroup ("child", group);
  string[] numbers = {};

  foreach (var thread in group) {
    assert_not_reached ();
  }

  start (new Worker (group, 1));
  start (new Worker (group, 2));
  start (new Worker (child, 3));
  foreach (var thread in group) {
    numbers += ((Worker) thread).number.to_string ();
    thread.cancel ();
    try {
      thread.join ();
    } catch (IOError.CANCELLED error) {
    } catch (Error error) {
      assert_not_reached ();
    }
    assert (!thread.is_alive ());
    start (new Worker (group, 0));
  }
  assert (string.joinv (" ", numbers) == "1 2 3");

  start (new Worker (group, 4));
  foreach (var thread in group) {
    if (((Worker) thread).number == 4) {
      group.cancel ();
      break;
    }
  }
  try {
    assert (group.join ());
  } catch (Error error) {
    assert_not_reached ();
  }
}

void test_failure () {
  var group = new MyThread.ThreadGroup ("group", null);
  var log = "";

  group.cancel_on_error = true;
  group.thread_failed.connect ((thread, error) => {
    assert (((Worker) thread).number == -1);
    assert (error is IOError.BUSY);
    log += "failed";
  });
  start (new Worker (group, 1));
  start (new Worker (group, -1));
  try {
    group.join ();
    assert_not_reached ();
  } catch (IOError.BUSY error) {
    assert (error.message == "no such luck");
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (log == "failed");
}

void test_join_next () {
  var group = new MyThread.ThreadGroup ("group", null) {
    keep_finished = true,
    max_running = 1
  };
  var first = new Worker (group, 0);
  var second = new Worker (group, 0);

  start (first);
  start (second);
  try {
    assert (group.join_next (-1) == first);
    assert (group.join_next (-1) == second);
    assert (group.join_next (-1) == null);
  } catch (Error error) {
    assert_not_reached ();
  }
}

async void join_group (MainLoop loop) {
  var group = new MyThread.ThreadGroup ("group", null);

  for (int i = 0; i < 5; i++) {
    start (new Worker (group, 0));
  }
  try {
    assert (yield group.join_async (null));
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (group.active_count () == 0);
  loop.quit ();
}

void test_async () {
  var loop = new MainLoop ();

  join_group.begin (loop);
  loop.run ();
}

void test_tree () {
  var parent = new MyThread.ThreadGroup ("parent", null);
  var child = new MyThread.ThreadGroup ("child", parent);

  assert (child.get_parent () == parent);
  assert (child.parent == parent);
  assert (child.name == "child");
  assert (parent.get_parent () == MyThread.ThreadGroup.get_default ());
}

int main (string[] argv) {
  Test.init (ref argv);

  Test.add_func ("/vala/group/list", test_list);
  Test.add_func ("/vala/group/foreach", test_foreach);
  Test.add_func ("/vala/group/failure", test_failure);
  Test.add_func ("/vala/group/join-next", test_join_next);
  Test.add_func ("/vala/group/async", test_async);
  Test.add_func ("/vala/group/tree", test_tree);
  return Test.run ();
}
