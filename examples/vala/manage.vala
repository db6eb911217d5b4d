/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * manage: looks after a thread from outside: who runs, is it alive, what is it
 * called, and a join that does not wait for ever.
 */

/* Works until it is told to stop. */
void work (MyThread.Thread thread) throws Error {
  while (MyThread.Thread.sleep (1000000)) {
  }
}

void print_threads () {
  stdout.printf ("%u threads:", MyThread.Thread.active_count ());
  MyThread.Thread.enumerate ().foreach ((thread) => {
    stdout.printf (" %s", thread.dup_name ());
  });
  stdout.printf ("\n");
}

void print_alive (MyThread.Thread thread) {
  stdout.printf ("%s is %s\n", thread.dup_name (), thread.is_alive () ? "alive" : "not alive");
}

void print_join (MyThread.Thread thread, int64 timeout_us) {
  try {
    thread.join_timeout (timeout_us);
    stdout.printf ("join: it succeeded\n");
  } catch (MyThread.ThreadError.TIMED_OUT error) {
    stdout.printf ("join: it still runs\n");
  } catch (IOError.CANCELLED error) {
    stdout.printf ("join: it was cancelled\n");
  } catch (Error error) {
    stdout.printf ("join: %s\n", error.message);
  }
}

int main () {
  var thread = new MyThread.Thread ("worker", work);

  stdout.printf ("current: %s\n", MyThread.Thread.get_current ().dup_name ());
  print_threads ();
  print_alive (thread);

  try {
    thread.start ();
  } catch (Error error) {
    stderr.printf ("manage: %s\n", error.message);
    return 1;
  }
  print_alive (thread);
  print_threads ();

  thread.set_name ("renamed");
  print_threads ();
  print_join (thread, 50 * 1000);
  print_alive (thread);

  thread.cancel ();
  print_join (thread, -1);
  print_alive (thread);
  print_threads ();
  return 0;
}
