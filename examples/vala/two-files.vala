/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * two-files [DIR]: the functional form. Two threads at a time write a file each:
 * first with positional arguments, then with named ones.
 */

void write_words (string path, int num) throws Error {
  var text = new StringBuilder ();

  for (int i = 0; i < num; i++) {
    text.append (num > 500 ? "МногоБукв\n" : "МалоБукв\n");
  }
  FileUtils.set_contents (path, text.str);
}

MyThread.Thread thread_with_args (string path, int num) {
  return new MyThread.Thread.with_args (null, new Variant ("(si)", path, num), null, (thread) => {
    string thefile;
    int lines;

    thread.args.get ("(si)", out thefile, out lines);
    write_words (thefile, lines);
  });
}

MyThread.Thread thread_with_kwargs (string path, int num) {
  var kwargs = new VariantDict ();

  kwargs.insert ("thefile", "s", path);
  kwargs.insert ("num", "i", num);
  return new MyThread.Thread.with_args (null, null, kwargs.end (), (thread) => {
    string thefile;
    int lines;

    thread.kwargs.lookup ("thefile", "s", out thefile);
    thread.kwargs.lookup ("num", "i", out lines);
    write_words (thefile, lines);
  });
}

void run_both (MyThread.Thread thread1, MyThread.Thread thread2) throws Error {
  thread1.start ();
  thread2.start ();
  thread1.join ();
  thread2.join ();
}

int main (string[] argv) {
  var dir = argv.length > 1 ? argv[1] : ".";

  try {
    run_both (thread_with_args (Path.build_filename (dir, "f1.txt"), 200),
              thread_with_args (Path.build_filename (dir, "f2.txt"), 1000));
    run_both (thread_with_kwargs (Path.build_filename (dir, "f3.txt"), 200),
              thread_with_kwargs (Path.build_filename (dir, "f4.txt"), 1000));
  } catch (Error error) {
    stderr.printf ("two-files: %s\n", error.message);
    return 1;
  }
  return 0;
}
