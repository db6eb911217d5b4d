/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a thread says comes home, in Vala.
 */

class Word : Object {
  public string text { get; construct; }

  public Word (string text) {
    Object (text: text);
  }
}

delegate void Body (Speaker self) throws Error;

class Speaker : MyThread.Thread {
  public signal void found (int number, string word, Object? thing);
  public signal void said ();

  public int count { get; set; }
  private Body body;

  public Speaker (owned Body body) {
    Object (name: "speaker");
    this.body = (owned) body;
  }

  public override void run () throws Error {
    body (this);
  }
}

/* By name: a lambda that uses a variable of its own thread would keep it alive. */
class Emitter : MyThread.Thread {
  public signal void found (int number, string word, Object? thing);
  public signal void said ();

  public override void run () throws Error {
    this.emit_by_name ("found", 7, "word", this);
    this.emit_by_name ("found", 8, "none", null);
    this.emit_by_name ("said");
  }
}

void start (MyThread.Thread thread) {
  try {
    thread.start ();
  } catch (Error error) {
    assert_not_reached ();
  }
}

void join (MyThread.Thread thread) {
  try {
    thread.join ();
  } catch (Error error) {
    assert_not_reached ();
  }
}

unowned GLib.Thread<void*> here () {
  return GLib.Thread.self<void*> ();
}

void test_emit () {
  var thread = new Emitter ();
  unowned GLib.Thread<void*> owner = here ();
  var log = "";

  thread.found.connect ((thread, number, word, thing) => {
    assert (here () == owner);
    assert (thing == (number == 7 ? thread : null));
    log += @"$number $word ";
  });
  thread.said.connect (() => { log += "said "; });
  thread.finished.connect (() => { log += "finished"; });
  start (thread);
  join (thread);
  assert (log == "7 word 8 none said finished");
}

void test_notify () {
  var thread = new Speaker ((self) => {
    for (int i = 1; i <= 1000; i++) {
      self.count = i;
    }
  });
  unowned GLib.Thread<void*> owner = here ();
  int n = 0;

  thread.notify["count"].connect (() => {
    assert (here () == owner);
    n++;
  });
  start (thread);
  join (thread);
  assert (n >= 1);
  assert (thread.count == 1000);
}

Speaker words () {
  return new Speaker ((self) => {
    self.publish (new Word ("one"));
    self.publish (new Word ("two"));
    self.publish (new Word ("three"));
  });
}

void test_results () {
  var thread = words ();
  var said = "";

  thread.get_results ().items_changed.connect ((model, position, removed, added) => {
    assert (removed == 0);
    for (uint i = position; i < position + added; i++) {
      said += ((Word) model.get_item (i)).text + " ";
    }
  });
  start (thread);
  join (thread);
  assert (said == "one two three ");
  assert (thread.results.get_n_items () == 3);
}

void test_foreach () {
  var thread = words ();
  var said = "";

  start (thread);
  try {
    foreach (var item in thread) {
      said += ((Word) item).text + " ";
    }
  } catch (Error error) {
    assert_not_reached ();
  }
  assert (said == "one two three ");
  join (thread);
}

void test_foreach_fails () {
  var thread = new Speaker ((self) => {
    self.publish (new Word ("one"));
    throw new IOError.BUSY ("no such luck");
  });
  int n = 0;

  try {
    foreach (var item in thread) {
      assert_not_reached ();
    }
    assert_not_reached ();
  } catch (MyThread.ThreadError.NOT_STARTED error) {
  } catch (Error error) {
    assert_not_reached ();
  }
  start (thread);
  try {
    foreach (var item in thread) {
      assert (((Word) item).text == "one");
      n++;
    }
    /* The stream ends; how the thread did, a join says. */
    assert (n == 1);
    thread.join ();
    assert_not_reached ();
  } catch (IOError.BUSY error) {
  } catch (Error error) {
    assert_not_reached ();
  }
}

void test_next_result () {
  var thread = words ();

  start (thread);
  try {
    assert (((Word) thread.next_result (-1)).text == "one");
    assert (((Word) thread.next_result (-1)).text == "two");
    assert (((Word) thread.next_result (-1)).text == "three");
    assert (thread.next_result (-1) == null);
  } catch (Error error) {
    assert_not_reached ();
  }
  join (thread);
}

void test_let_go () {
  Word? word = new Word ("one");
  var thread = new Emitter ();
  weak Word gone = word;
  weak MyThread.Thread gone_thread = thread;

  word.add_weak_pointer (&gone);
  thread.add_weak_pointer (&gone_thread);
  thread.emit_by_name ("found", 1, "word", word);
  start (thread);
  join (thread);
  word = null;
  thread = null;
  assert (gone == null);
  assert (gone_thread == null);
}

class Token : Object {
  public static int n_alive = 0;
  public int n = 0;

  construct {
    n_alive++;
  }

  ~Token () {
    n_alive--;
  }
}

void test_call_owner () {
  unowned GLib.Thread<void*> owner = here ();
  var thread = new Speaker ((self) => {
    var token = new Token ();

    assert (here () != owner);
    assert (self.call_owner ((thread) => {
      assert (here () == owner);
      assert (thread == self);
      token.n++;
    }));
    assert (token.n == 1);
  });

  start (thread);
  join (thread);
  assert (Token.n_alive == 0);
}

void test_post () {
  unowned GLib.Thread<void*> owner = here ();
  var log = "";
  var thread = new Speaker ((self) => {
    var token = new Token ();

    for (int i = 0; i < 3; i++) {
      /* It is owned until it was called. */
      self.post ((thread) => {
        assert (here () == owner);
        log += (token.n++).to_string ();
      });
    }
  });

  thread.finished.connect (() => {
    log += "finished";
    assert (Token.n_alive == 0);
  });
  start (thread);
  join (thread);
  assert (log == "012finished");
  assert (Token.n_alive == 0);
}

int main (string[] argv) {
  Test.init (ref argv);

  Test.add_func ("/vala/home/emit", test_emit);
  Test.add_func ("/vala/home/notify", test_notify);
  Test.add_func ("/vala/home/results", test_results);
  Test.add_func ("/vala/home/foreach", test_foreach);
  Test.add_func ("/vala/home/foreach-fails", test_foreach_fails);
  Test.add_func ("/vala/home/next-result", test_next_result);
  Test.add_func ("/vala/home/let-go", test_let_go);
  Test.add_func ("/vala/home/call-owner", test_call_owner);
  Test.add_func ("/vala/home/post", test_post);
  return Test.run ();
}
