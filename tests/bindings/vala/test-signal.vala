/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * MyThread.signal_connect_queued() as Vala sees it.
 */

class Speaker : Object {
  public signal void said (string word);
}

class Listener : Object {
  public string heard = "";
  public unowned GLib.Thread<void*> thread;
}

static int n_destroyed = 0;

void on_said (Speaker speaker, string word, Listener listener) {
  listener.heard += word;
  listener.thread = GLib.Thread.self<void*> ();
}

void on_destroyed (void *data, Closure closure) {
  n_destroyed++;
}

void iterate_until_heard (Listener listener, string words) {
  while (listener.heard != words) {
    MainContext.default ().iteration (true);
  }
}

void test_queued () {
  var speaker = new Speaker ();
  var listener = new Listener ();
  var id = MyThread.signal_connect_queued (speaker, "said", (Callback) on_said, listener, on_destroyed);

  assert (id != 0);
  new GLib.Thread<int> ("speaker", () => {
    speaker.said ("one");
    return 0;
  }).join ();
  speaker.said ("two");
  assert (listener.heard == "");
  iterate_until_heard (listener, "onetwo");
  assert (listener.thread == GLib.Thread.self<void*> ());

  speaker.disconnect (id);
  while (n_destroyed == 0) {
    MainContext.default ().iteration (true);
  }
}

void test_context () {
  var speaker = new Speaker ();
  var listener = new Listener ();
  var context = new MainContext ();

  assert (MyThread.signal_connect_queued (speaker, "said", (Callback) on_said, listener, null, ConnectFlags.AFTER, context) != 0);
  speaker.said ("one");
  assert (listener.heard == "");
  while (listener.heard == "") {
    context.iteration (true);
  }
  assert (listener.heard == "one");
}

void main (string[] args) {
  Test.init (ref args);
  Test.add_func ("/signal/queued", test_queued);
  Test.add_func ("/signal/context", test_context);
  Test.run ();
}
