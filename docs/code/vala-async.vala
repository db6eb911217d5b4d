/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * vala-async: waits in a main loop, without blocking it, for a thread that ends and for one that is cancelled.
 */

async void wait_for (MyThread.Thread thread) {
  thread.finished.connect ((thread) => {
    print ("%s: finished, progress %.1f\n", thread.dup_name (), thread.get_progress ());
  });

  try {
    thread.start ();
    yield thread.join_async ();
    print ("%s: %s\n", thread.dup_name (), thread.dup_result_string ());
  } catch (IOError.CANCELLED error) {
    print ("%s: cancelled\n", thread.dup_name ());
  } catch (Error error) {
    print ("%s: %s\n", thread.dup_name (), error.message);
  }
}

async void wait_for_both (MainLoop loop) {
  var counter = new MyThread.Thread ("counter", (thread) => {
    for (int i = 1; i <= 10; i++) {
      MyThread.Thread.sleep (TimeSpan.MILLISECOND);
      thread.set_progress (i / 10.0);
    }
    thread.set_result_string ("counted to ten");
  });
  var sleeper = new MyThread.Thread ("sleeper", (thread) => {
    while (MyThread.Thread.sleep (TimeSpan.HOUR)) {
    }
  });

  yield wait_for (counter);
  Timeout.add (20, () => {
    sleeper.cancel ();
    return Source.REMOVE;
  });
  yield wait_for (sleeper);
  loop.quit ();
}

int main () {
  var loop = new MainLoop ();

  wait_for_both.begin (loop);
  loop.run ();
  return 0;
}
