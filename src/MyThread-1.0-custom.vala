/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What Vala asks for, and the GIR can not say: `foreach (var thread in group)` and `foreach (var item in
 * thread)`; arguments that are a signal's; a handler with the arguments of its signal.
 */

namespace MyThread {
  /* As GLib.Signal.connect(): the handler is a static function. */
  [CCode (cname = "my_signal_connect_queued")]
  public static ulong signal_connect_queued (GLib.Object instance,
                                             string detailed_signal,
                                             GLib.Callback handler,
                                             void *data,
                                             GLib.ClosureNotify? destroy = null,
                                             GLib.ConnectFlags flags = 0,
                                             GLib.MainContext? context = null);

  public class Thread : GLib.Object {
    /* The arguments as those of GLib.Signal.emit_by_name(). */
    [CCode (cname = "my_thread_emit_by_name")]
    public void emit_by_name (string detailed_signal, ...);

    [CCode (cname = "g_object_ref")]
    public ResultIterator iterator ();
  }

  /* The thread itself, whose results are taken until there is none left. */
  [Compact]
  [CCode (cname = "MyThread", has_type_id = false, ref_function = "g_object_ref", unref_function = "g_object_unref")]
  public class ResultIterator {
    [CCode (cname = "my_thread_next_result")]
    public GLib.Object? take (int64 timeout_us, out GLib.Error? error);

    /* Not with an error that take () throws: vapigen writes what no compiler reads of that. */
    public GLib.Object? next_value () throws GLib.Error {
      GLib.Error? error = null;
      GLib.Object? item = take (-1, out error);

      if (error != null) {
        throw error;
      }
      return item;
    }
  }

  public class ThreadGroup : GLib.Object {
    [CCode (cname = "my_thread_group_enumerate")]
    public ThreadIterator iterator ();
  }

  /* The array of my_thread_group_enumerate(), from which what is next is taken. */
  [Compact]
  [CCode (cname = "GPtrArray", has_type_id = false, ref_function = "g_ptr_array_ref", unref_function = "g_ptr_array_unref")]
  public class ThreadIterator {
    [CCode (cname = "len")]
    public uint length;

    [CCode (cname = "g_ptr_array_steal_index")]
    public Thread take (uint index);

    public Thread? next_value () {
      if (length == 0) {
        return null;
      }
      return take (0);
    }
  }
}
