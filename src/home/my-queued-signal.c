/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "home/my-queued-signal-private.h"

#include <stdatomic.h>
#include <string.h>

#include "core/my-inbox-private.h"
#include "core/my-notify-private.h"

/* A connection whose handler is called in a context. See "Queued signals" in docs/internals.md.
 *
 * GObject has a *proxy* connected, a closure that copies the arguments and posts them. Each emission is an item of its own in the inbox
 * of the context, so the emissions of one thread keep their order, for all connections and objects of that context. The end of the
 * connection is posted as the last item: the proxy is finalised when no emission is in it any more.
 */

typedef struct {
  MyInboxItem end;
  atomic_int ref_count; /* the proxy's, which the end takes over; each pending emission's */
  MyInbox *inbox;       /* [const] of the context: a reference */
  GWeakRef instance;    /* set once; then guarded by GObject */
  GClosure *proxy;      /* [const] an address only: compared while the id is not known, when the connecting thread has a reference */
  GClosure *closure;    /* the handler: a reference. [const] until the end is delivered or dropped; then [owner], and NULL */
  _Atomic (gulong) id;  /* 0 until g_signal_connect_closure_by_id() has returned it. Nothing else is read by it: relaxed */
  atomic_int has_ended; /* stored before the end is pushed, which publishes it; read as a hint: relaxed */
} MyQueuedSignal;

typedef struct {
  GClosure closure; /* its data are those of the handler: g_signal_handlers_disconnect_by_data() finds it */
  MyQueuedSignal *signal;
} MyProxy;

/* The arguments of one emission. */
typedef struct {
  MyInboxItem item;
  MyQueuedSignal *signal; /* a reference */
  GSignalInvocationHint hint;
  guint64 is_instance; /* which values are the instance: it must not be kept alive by them */
  guint n_values;
  GValue values[]; /* the first one, the instance, is not set before the delivery */
} MyEmission;

/* life */

static void
unref (MyQueuedSignal *self)
{
  if (atomic_fetch_sub_explicit (&self->ref_count, 1, memory_order_acq_rel) == 1) {
    /* Where GObject's locks are lost for ever, so is this. */
    if (my_signals_work ()) {
      g_weak_ref_clear (&self->instance);
      my_inbox_unref (self->inbox);
      g_free (self);
    }
  }
}

/* Lets the handler go, and with it its data: in the context. */
static void
release (MyQueuedSignal *self)
{
  GClosure *closure = self->closure;

  self->closure = NULL;
  g_closure_unref (closure);
  unref (self);
}

static MyQueuedSignal *
signal_of_end (MyInboxItem *item)
{
  return (MyQueuedSignal *) ((char *) item - G_STRUCT_OFFSET (MyQueuedSignal, end));
}

static gboolean
deliver_end (MyInboxItem *item)
{
  my_inbox_take (item);
  release (signal_of_end (item));

  return TRUE;
}

static void
drop_end (MyInboxItem *item)
{
  deliver_end (item);
}

/* A program without a loop need not keep what nobody will call. The emissions before it can be let go, too, as it has ended. */
static gboolean
end_is_reapable (MyInboxItem *item,
                 MyReap reap)
{
  return TRUE;
}

static const MyInboxItemClass end_class = {
  .deliver = deliver_end,
  .drop = drop_end,
  .is_reapable = end_is_reapable,
};

/* emissions */

static MyEmission *
emission_new (MyQueuedSignal *signal,
              const GValue *values,
              guint n_values,
              const GSignalInvocationHint *hint)
{
  MyEmission *self = g_malloc0 (sizeof (MyEmission) + n_values * sizeof (GValue));
  gpointer instance = g_value_get_object (&values[0]);

  atomic_fetch_add_explicit (&signal->ref_count, 1, memory_order_relaxed);
  self->signal = signal;
  self->hint = *hint;
  self->n_values = n_values;
  for (guint i = 1; i < n_values; i++) {
    g_value_init (&self->values[i], G_VALUE_TYPE (&values[i]));
    if (i < 64 && G_VALUE_HOLDS_OBJECT (&values[i]) && g_value_get_object (&values[i]) == instance) {
      self->is_instance |= (guint64) 1 << i;
    } else {
      /* A copy of the contents, too, also of those that the emission has not copied (G_SIGNAL_TYPE_STATIC_SCOPE). */
      g_value_copy (&values[i], &self->values[i]);
    }
  }
  return self;
}

static void
emission_free (MyEmission *self)
{
  /* A child after fork(), in the middle of a handler: it lets no object go. */
  if (!my_signals_work ()) {
    return;
  }
  for (guint i = 0; i < self->n_values; i++) {
    if (G_IS_VALUE (&self->values[i])) {
      g_value_unset (&self->values[i]);
    }
  }
  unref (self->signal);
  g_free (self);
}

static MyEmission *
emission_of_item (MyInboxItem *item)
{
  return (MyEmission *) ((char *) item - G_STRUCT_OFFSET (MyEmission, item));
}

/* Not whether the proxy lives: one that was disconnected lives on while another thread is in an emission that has yet to call it. */
static gboolean
is_connected (MyQueuedSignal *self,
              gpointer instance)
{
  gulong id = atomic_load_explicit (&self->id, memory_order_relaxed);

  if (G_UNLIKELY (id == 0)) {
    return g_signal_handler_find (instance, G_SIGNAL_MATCH_CLOSURE, 0, 0, self->proxy, NULL, NULL) != 0;
  }
  return g_signal_handler_is_connected (instance, id);
}

/* Calls the handler. The instance is kept alive by the first value, for the time of the call. */
static gboolean
deliver_emission (MyInboxItem *item)
{
  MyEmission *self = emission_of_item (item);
  MyQueuedSignal *signal = self->signal;
  gpointer instance;

  my_inbox_take (item); /* it is this call's: the handler may run a loop, which goes on with the next */
  instance = g_weak_ref_get (&signal->instance);
  if (instance != NULL) {
    g_value_init (&self->values[0], G_OBJECT_TYPE (instance));
    g_value_take_object (&self->values[0], instance);
    if (is_connected (signal, instance)) {
      for (guint i = 1; i < MIN (self->n_values, 64); i++) {
        if (self->is_instance & (guint64) 1 << i) {
          g_value_set_object (&self->values[i], instance);
        }
      }
      g_closure_invoke (signal->closure, NULL, self->n_values, self->values, &self->hint);
    }
  }
  emission_free (self);

  return TRUE;
}

static void
drop_emission (MyInboxItem *item)
{
  my_inbox_take (item);
  emission_free (emission_of_item (item));
}

/* It will not be handled. */
static gboolean
emission_is_reapable (MyInboxItem *item,
                      MyReap reap)
{
  return atomic_load_explicit (&emission_of_item (item)->signal->has_ended, memory_order_relaxed) != 0;
}

static const MyInboxItemClass emission_class = {
  .deliver = deliver_emission,
  .drop = drop_emission,
  .is_reapable = emission_is_reapable,
};

/* the proxy */

/* Whoever has the closure besides may have said that it is not to be called any more: the object that it watches is gone, say. That is a
 * bit in the word that has the reference count. */
static gboolean
closure_is_invalid (GClosure *closure)
{
  gint word = g_atomic_int_get ((gint *) closure);
  GClosure copy = { 0 };

  memcpy (&copy, &word, sizeof word);
  return copy.is_invalid;
}

/* In the emitting thread, whichever that is. The proxy, and the connection with it, lives until it returns. */
static void
enqueue (GClosure *closure,
         GValue *return_value,
         guint n_values,
         const GValue *values,
         gpointer hint,
         gpointer unused)
{
  MyQueuedSignal *self = ((MyProxy *) closure)->signal;
  MyInbox *inbox = self->inbox;
  MyEmission *emission;

  /* In a child after fork(), the context of the parent is never iterated again. */
  if (inbox->is_stale || my_inbox_is_closed (inbox)) {
    return;
  }
  if (closure_is_invalid (self->closure)) {
    g_signal_handlers_disconnect_matched (g_value_get_object (&values[0]), G_SIGNAL_MATCH_CLOSURE, 0, 0, closure, NULL, NULL);
    return;
  }

  emission = emission_new (self, values, n_values, hint);
  emission->item.klass = &emission_class;
  my_inbox_push (inbox, &emission->item);
  my_inbox_notify (inbox, TRUE);
  my_inbox_empty_closed ();
}

/* Disconnected, or the instance is finalised, and no emission has the proxy any more: in whichever thread drops it.
 *
 * A notifier of the finalisation, not of the invalidation: only here it is certain that no emission is posted after the end. */
static void
proxy_finalized (gpointer data,
                 GClosure *closure)
{
  MyQueuedSignal *self = data;
  MyInbox *inbox = self->inbox;

  atomic_store_explicit (&self->has_ended, TRUE, memory_order_relaxed);
  if (inbox->is_stale) {
    release (self);
    return;
  }

  my_inbox_ref (inbox); /* when the end is pushed, the owner may be done with it */
  my_inbox_push (inbox, &self->end);
  my_inbox_notify (inbox, TRUE);
  my_inbox_unref (inbox);
  my_inbox_empty_closed ();
}

/* Connects @closure, of which it takes a reference, and which is called in @context. Any thread, where signals work. */
gulong
my_queued_signal_connect (GObject *instance,
                          guint signal_id,
                          GQuark detail,
                          GClosure *closure,
                          gboolean after,
                          GMainContext *context)
{
  MyQueuedSignal *self = g_new0 (MyQueuedSignal, 1);
  GClosure *proxy = g_closure_new_simple (sizeof (MyProxy), closure->data);
  gulong id;

  self->end.klass = &end_class;
  atomic_init (&self->ref_count, 1);
  self->inbox = my_inbox_ref (my_inbox_get (context));
  g_weak_ref_init (&self->instance, instance);
  self->closure = g_closure_ref (closure);
  g_closure_sink (closure);
  if (G_CLOSURE_NEEDS_MARSHAL (closure)) {
    g_closure_set_marshal (closure, g_cclosure_marshal_generic);
  }

  self->proxy = proxy;
  ((MyProxy *) proxy)->signal = self;
  g_closure_set_marshal (proxy, enqueue);
  g_closure_add_finalize_notifier (proxy, self, proxy_finalized);
  g_closure_ref (proxy);
  g_closure_sink (proxy);

  /* From here on it may be called, delivered and disconnected. */
  id = g_signal_connect_closure_by_id (instance, signal_id, detail, proxy, after);
  atomic_store_explicit (&self->id, id, memory_order_relaxed);
  g_closure_unref (proxy);

  return id;
}
