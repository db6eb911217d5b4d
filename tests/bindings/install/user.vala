/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A program of somebody who has the library and its Vala bindings installed.
 */

class Answer : MyThread.Thread {
  public override void run () throws Error {
    set_result (42);
  }
}

int main () {
  var thread = new Answer ();

  try {
    Value result;

    thread.start ();
    thread.join ();
    thread.get_result (out result);
    stdout.printf ("%d\n", result.get_int ());
  } catch (Error error) {
    return 1;
  }
  return 0;
}
