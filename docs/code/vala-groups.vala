/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * vala-groups: threads of a group on a pool, taken as they end; and a group that is listed and cancelled.
 */

int64 add_squares (MyThread.ThreadPool pool) throws Error {
  var group = new MyThread.ThreadGroup ("squares", null) {
    keep_finished = true
  };
  MyThread.Thread? thread;
  int64 sum = 0;

  for (int i = 1; i <= 100; i++) {
    var number = i;

    pool.submit (new MyThread.Thread.in_group (group, @"square of $number", (thread) => {
      thread.set_result_int (number * number);
    }));
  }
  while ((thread = group.join_next (-1)) != null) {
    sum += thread.get_result_int ();
  }
  return sum;
}

void end_sleepers () throws Error {
  var group = new MyThread.ThreadGroup ("sleepers", null);

  for (int i = 1; i <= 3; i++) {
    group.run (@"sleeper $i", (thread) => {
      while (MyThread.Thread.sleep (TimeSpan.HOUR)) {
      }
    });
  }
  foreach (var thread in group) {
    print ("%s is alive: %s\n", thread.dup_name (), thread.is_alive ().to_string ());
  }
  group.cancel ();
  group.join ();
  print ("of %s %u are left\n", group.name, group.active_count ());
}

int main () {
  try {
    var pool = new MyThread.ThreadPool ("pool", 4);

    print (@"the sum of the squares is $(add_squares (pool))\n");
    pool.shutdown (MyThread.ShutdownMode.DRAIN);
    end_sleepers ();
    return 0;
  } catch (Error error) {
    printerr ("vala-groups: %s\n", error.message);
    return 1;
  }
}
