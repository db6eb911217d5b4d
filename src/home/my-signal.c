/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-signal.h>

#include "core/my-notify-private.h"
#include "home/my-queued-signal-private.h"

/* The public functions: what they are given is looked at here. */

typedef struct {
  const char *function;
  gpointer instance;
  const char *detailed_signal;
  GConnectFlags flags;
  GConnectFlags known_flags;
  gconstpointer handler;
  guint signal_id; /* these two are found out */
  GQuark detail;
} MyRequest;

static const char *
class_of (const MyRequest *self)
{
  if (self->instance == NULL) {
    return "NULL";
  }
  return G_IS_OBJECT (self->instance) ? G_OBJECT_TYPE_NAME (self->instance) : "what is no GObject";
}

static gboolean
refuse (const MyRequest *self,
        const char *reason)
{
  const char *name = self->detailed_signal != NULL ? self->detailed_signal : "(null)";

  g_critical ("%s(): signal \"%s\" of %s: %s", self->function, name, class_of (self), reason);
  return FALSE;
}

/* FALSE: it was refused, with a critical. */
static gboolean
check (MyRequest *self)
{
  GSignalQuery query;

  if (!G_IS_OBJECT (self->instance)) {
    return refuse (self, "there is no object that could emit it");
  }
  if (self->detailed_signal == NULL) {
    return refuse (self, "it has no name");
  }
  if (self->handler == NULL) {
    return refuse (self, "there is no handler");
  }
  if (self->flags & ~self->known_flags) {
    return refuse (self, "the flags are wrong");
  }
  if (!g_signal_parse_name (self->detailed_signal, G_OBJECT_TYPE (self->instance), &self->signal_id, &self->detail, TRUE)) {
    return refuse (self, "there is no such signal, or it has no details");
  }
  g_signal_query (self->signal_id, &query);
  if ((query.return_type & ~G_SIGNAL_TYPE_STATIC_SCOPE) != G_TYPE_NONE) {
    return refuse (self, "it returns a value, for which the emission would have to wait");
  }
  return TRUE;
}

/* Takes @closure, floating or not. */
static gulong
connect (const MyRequest *self,
         GClosure *closure,
         GMainContext *context)
{
  GMainContext *held = context != NULL ? g_main_context_ref (context) : g_main_context_ref_thread_default ();
  gulong id = my_queued_signal_connect (self->instance, self->signal_id, self->detail, closure, (self->flags & G_CONNECT_AFTER) != 0, held);

  g_main_context_unref (held);
  return id;
}

/**
 * my_signal_connect_queued: (skip)
 * @instance: (type GObject.Object): the object whose signal it is
 * @detailed_signal: the name of the signal, with or without a detail: `notify::progress`
 * @handler: (scope notified) (closure data) (destroy destroy): what is called, as a handler of
 *   [func@GObject.signal_connect_data] is
 * @data: data for @handler
 * @destroy: (nullable): called with @data when the connection has ended
 * @flags: `G_CONNECT_AFTER`, `G_CONNECT_SWAPPED`, both, or 0
 * @context: (nullable): where the handler is called; %NULL: the thread-default main context of the
 *   caller
 *
 * Connects a handler that is called in a main context, whichever thread emits the signal.
 *
 * An emission copies the arguments and goes on. The handler is called later, in an iteration of
 * @context, also if the signal was emitted by the thread that iterates it. The emissions that one
 * thread makes are handled in their order, whatever the signals and the objects are, as far as they
 * are connected in the same context.
 *
 * Strings and boxed values are copied, and references are taken to objects. A plain pointer is
 * passed as it is: what it points to has to be there when the handler is called. A signal that
 * returns a value can not be connected.
 *
 * The connection does not keep @instance alive, and neither do pending emissions: if the instance is
 * finalised, they are dropped. While the handler runs, it can use the instance. When the handler was
 * disconnected in the thread that iterates @context, it is not called any more, not even for what is
 * pending. Disconnected in another thread, it may be in the middle of a call. A handler that is
 * blocked misses what is emitted meanwhile; what was pending before is handled.
 *
 * Disconnect the handler with [func@GObject.signal_handler_disconnect], or by its data. It can not be
 * found by its function.
 *
 * @destroy is called in an iteration of @context, when the handler was disconnected or the instance was
 * finalised, and nothing is pending. The connection does not keep @context alive. When the context is
 * closed, the handler is not called any more; what is pending is dropped, and later @destroy is called
 * in the thread that disconnects the handler or finalises the instance.
 *
 * Any thread may call it. It does not block. A child process after fork() can use it with a context
 * that was made in the child.
 *
 * Returns: the number of the handler, as [func@GObject.signal_connect_data] returns it. 0 if the
 *   handler could not be connected; @destroy is not called then
 *
 * Since: 1.0
 */
gulong
my_signal_connect_queued (gpointer instance,
                          const char *detailed_signal,
                          GCallback handler,
                          gpointer data,
                          GClosureNotify destroy,
                          GConnectFlags flags,
                          GMainContext *context)
{
  MyRequest request = {
    .function = G_STRFUNC,
    .instance = instance,
    .detailed_signal = detailed_signal,
    .flags = flags,
    .known_flags = G_CONNECT_AFTER | G_CONNECT_SWAPPED,
    .handler = (gconstpointer) handler,
  };
  GClosure *closure;

  if (!my_signals_work () || !check (&request)) {
    return 0;
  }
  closure = flags & G_CONNECT_SWAPPED ? g_cclosure_new_swap (handler, data, destroy) : g_cclosure_new (handler, data, destroy);
  return connect (&request, closure, context);
}

/**
 * my_signal_connect_queued_closure:
 * @instance: (type GObject.Object): the object whose signal it is
 * @detailed_signal: the name of the signal, with or without a detail: `notify::progress`
 * @closure: what is called, with the arguments of the signal; a floating reference is taken
 * @flags: `G_CONNECT_AFTER`, or 0: a closure knows by itself where its data go
 * @context: (nullable): where the closure is called; %NULL: the thread-default main context of the
 *   caller
 *
 * Connects a closure that is called in a main context, whichever thread emits the signal.
 *
 * It does what `my_signal_connect_queued()` does, for language bindings: the arguments of an emission
 * are copied, and the closure is called with them in an iteration of @context. The reference to the
 * closure is dropped there, too, when the connection has ended. A closure that was invalidated is
 * not called any more. It is disconnected at the next emission.
 *
 * Any thread may call it. It does not block. A child process after fork() can use it with a context
 * that was made in the child.
 *
 * Returns: the number of the handler, as [func@GObject.signal_connect_closure] returns it; 0 if the
 *   closure could not be connected
 *
 * Since: 1.0
 */
gulong
my_signal_connect_queued_closure (gpointer instance,
                                  const char *detailed_signal,
                                  GClosure *closure,
                                  GConnectFlags flags,
                                  GMainContext *context)
{
  MyRequest request = {
    .function = G_STRFUNC,
    .instance = instance,
    .detailed_signal = detailed_signal,
    .flags = flags,
    .known_flags = G_CONNECT_AFTER,
    .handler = closure,
  };

  if (!my_signals_work () || !check (&request)) {
    return 0;
  }
  return connect (&request, closure, context);
}
