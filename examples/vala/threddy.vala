/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * threddy: a subclass with an argument of its own, from which it makes its name.
 */

class Threddy : MyThread.Thread {
  private string num;

  public Threddy (string num) {
    Object (name: "threddy" + num);
    this.num = num;
  }

  public override void run () throws Error {
    stdout.printf ("Thread  %s\n", num);
  }
}

int main () {
  var thread1 = new Threddy ("1");
  var thread2 = new Threddy ("2");
  var name1 = thread1.dup_name ();
  var name2 = thread2.dup_name ();

  try {
    thread1.start ();
    thread2.start ();
    thread1.join ();
    thread2.join ();
  } catch (Error error) {
    stderr.printf ("threddy: %s\n", error.message);
    return 1;
  }
  stdout.printf ("%s and %s are done\n", name1, name2);
  return 0;
}
