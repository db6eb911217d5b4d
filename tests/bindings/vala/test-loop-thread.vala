/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * MyThread.LoopThread as Vala sees it.
 */

class Loop : MyThread.LoopThread {
  public string said = "";

  public override void run () throws Error {
    said += "before ";
    base.run ();
    said += "after";
  }
}

void test_invoke () {
  var loop = new MyThread.LoopThread ("loop");
  int n = 0;

  try {
    loop.invoke ((thread) => n++);
    assert_not_reached ();
  } catch (MyThread.ThreadError.NOT_STARTED error) {
  } catch (Error error) {
    assert_not_reached ();
  }
  try {
    loop.start ();
    assert (loop.invoke ((thread) => {
      assert (thread == loop);
      assert (MyThread.Thread.get_current () == loop);
      assert (MainContext.get_thread_default () == loop.context);
      n++;
    }));
    loop.quit ();
    assert (loop.join ());
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (n == 1);
  try {
    loop.invoke ((thread) => n++);
    assert_not_reached ();
  } catch (MyThread.ThreadError.SHUT_DOWN error) {
  } catch (Error error) {
    assert_not_reached ();
  }
}

void test_subclass () {
  var loop = new Loop ();

  try {
    loop.start ();
    loop.invoke ((thread) => { ((Loop) thread).said += "called "; });
    loop.quit ();
    loop.join ();
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (loop.said == "before called after");
}

int main (string[] argv) {
  Test.init (ref argv);

  Test.add_func ("/vala/loop-thread/invoke", test_invoke);
  Test.add_func ("/vala/loop-thread/subclass", test_subclass);
  return Test.run ();
}
