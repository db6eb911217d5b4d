/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What Vala asks for, and the GIR can not say: `foreach (var thread in group)`; a handler with the arguments of its signal.
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
