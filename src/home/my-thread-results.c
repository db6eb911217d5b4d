/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread/my-thread.h>

#include "core/my-owner-private.h"
#include "core/my-run-private.h"
#include "core/my-serve-private.h"
#include "core/my-thread-error-private.h"
#include "core/my-thread-name-private.h"
#include "home/my-results-private.h"
#include "wait/my-state-lock-private.h"

/* What a thread publishes while it runs. */

static MyResults *
get_results (MyThread *thread)
{
  MySequence *sequence = my_sequence_get (thread);
  GObject *old = atomic_load_explicit (&sequence->results, memory_order_acquire);
  GObject *made;

  if (G_LIKELY (old != NULL)) {
    return (MyResults *) old;
  }
  made = G_OBJECT (my_results_new ());
  if (!atomic_compare_exchange_strong_explicit (&sequence->results, &old, made, memory_order_acq_rel, memory_order_acquire)) {
    g_object_unref (made);
    return (MyResults *) old;
  }
  return (MyResults *) made;
}

/* For the property, which chooses nothing. */
static GObject *
get_results_object (MyThread *thread)
{
  return (GObject *) get_results (thread);
}

static void __attribute__ ((constructor))
set_getter (void)
{
  my_sequence_set_results_getter (get_results_object);
}

/* publishing */

static void
let_go (MySequenceEvent *event,
        MyThread *thread)
{
  guint n = my_results_release (get_results (thread), event->n_results);

  g_free (event);
  my_sequence_give_room (my_sequence_get (thread), n);
}

static void
deliver (MySequenceEvent *event,
         MyThread *thread)
{
  let_go (event, thread);
  my_results_show (get_results (thread));
}

/* So many items are there for the list. */
static const MySequenceEventClass results_class = {
  .deliver = deliver,
  .drop = let_go,
  .is_lazy = TRUE,
};

/* A reader stores that it waits, and then looks whether there is something; this does both the other way round. */
static void
wake_readers (MySequence *sequence)
{
  atomic_thread_fence (memory_order_seq_cst);
  if (atomic_load_explicit (&sequence->n_readers, memory_order_relaxed) > 0) {
    my_wait_queue_wake_all_now (&sequence->readers);
  }
}

static void
publish (MyThread *thread,
         gpointer *items,
         guint n_items)
{
  MySequence *sequence = my_sequence_get (thread);
  MyOwnerStand stand;
  guint n_results;

  my_owner_await_room (thread);
  /* Before they are there, as a reader counts them out. */
  my_sequence_count (sequence, n_items);
  if (my_results_append (get_results (thread), items, n_items, &n_results) != MY_RESULTS_QUEUE &&
      !my_sequence_say_more (thread, &results_class, n_results)) {
    MySequenceEvent *event = g_new0 (MySequenceEvent, 1);

    event->klass = &results_class;
    event->n_results = n_results;
    if (my_sequence_say (thread, event) == MY_SAY_TOO_LATE) {
      let_go (event, thread);
    }
  }
  wake_readers (sequence);

  /* In the owner thread the list has grown when this returns; but not inside of a delivery, which goes on with it. */
  stand = my_owner_enter (thread);
  my_owner_leave (thread, stand);
}

static gboolean
may_publish (MyThread *thread,
             const char *function)
{
  MyThreadState state = my_thread_get_state (thread);

  if (G_LIKELY (state < MY_THREAD_STATE_SUCCEEDED && g_atomic_int_get (&G_OBJECT (thread)->ref_count) > 0)) {
    return TRUE;
  }
  g_critical ("%s: the run() of a thread of class %s has returned, and with it its stream of results has ended", function,
              G_OBJECT_TYPE_NAME (thread));
  return FALSE;
}

/**
 * my_thread_publish:
 * @self: the thread that runs
 * @item: (type GObject.Object) (transfer none): a result
 *
 * Adds a result to [property@Thread:results], in the owner context, or to what [method@Thread.next_result] returns.
 *
 * The list grows in the order in which this was called by one thread, with what it has emitted and
 * posted, and before [signal@Thread::finished]. What is published before the owner gets to it arrives as one change of the list.
 * When `run()` has returned the stream has ended: then it is a critical, and nothing is added.
 *
 * A loop that publishes should look at [method@Thread.is_cancelled] each time: this has no error to end it with. Without
 * [property@Thread:max-pending] nothing keeps it from publishing faster than the owner takes, and one change of the list may then
 * be as large as what has been published meanwhile.
 *
 * Any thread may call it. It blocks only if [property@Thread:max-pending] says so.
 *
 * Since: 1.0
 */
void
my_thread_publish (MyThread *self,
                   gpointer item)
{
  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (G_IS_OBJECT (item));

  if (may_publish (self, G_STRFUNC)) {
    publish (self, &item, 1);
  }
}

/**
 * my_thread_publish_many: (skip)
 * @self: the thread that runs
 * @items: (array length=n_items) (element-type GObject.Object) (transfer none): results
 * @n_items: how many they are
 *
 * Adds several results at once: see [method@Thread.publish].
 *
 * Any thread may call it. It blocks only if [property@Thread:max-pending] says so.
 *
 * Since: 1.0
 */
void
my_thread_publish_many (MyThread *self,
                        gpointer *items,
                        guint n_items)
{
  g_return_if_fail (MY_IS_THREAD (self));
  g_return_if_fail (n_items == 0 || items != NULL);
  for (guint i = 0; i < n_items; i++) {
    g_return_if_fail (G_IS_OBJECT (items[i]));
  }

  if (n_items > 0 && may_publish (self, G_STRFUNC)) {
    publish (self, items, n_items);
  }
}

/* reading */

/**
 * my_thread_get_results: (get-property results)
 * @self: a thread
 *
 * Gets the list of what the thread has published so far.
 *
 * It grows in the owner context, and is to be used there only, as by a `GtkListView`. It may be used after the
 * thread is gone. A thread's results are read from this list or by [method@Thread.next_result]: after
 * that was called, this is a critical.
 *
 * Any thread may call it. It does not block.
 *
 * Returns: (transfer none): the list
 *
 * Since: 1.0
 */
GListModel *
my_thread_get_results (MyThread *self)
{
  MyResults *results;

  g_return_val_if_fail (MY_IS_THREAD (self), NULL);

  results = get_results (self);
  if (my_results_choose (results, MY_RESULTS_LIST) == MY_RESULTS_QUEUE) {
    g_critical ("%s: the results of this thread, of class %s, are read by my_thread_next_result()", G_STRFUNC, G_OBJECT_TYPE_NAME (self));
  }
  return G_LIST_MODEL (results);
}

static MyWaitBlocker
get_blocker (gpointer thread)
{
  return (MyWaitBlocker){ .waiter = my_run_get_waiter (thread) };
}

static void
describe (gpointer thread,
          GString *text)
{
  g_autofree char *name = my_thread_dup_name_locked (thread);

  g_string_append_printf (text, "the next result of thread \"%s\"", name);
}

static const MyWaitTarget result_target = {
  .get_blocker = get_blocker,
  .describe = describe,
};

static void
set_not_started_error (MyThread *self,
                       GError **error)
{
  my_thread_set_error (self, error, MY_THREAD_ERROR_NOT_STARTED, "was not started; call my_thread_start() first");
}

static void
set_no_result_error (MyThread *self,
                     MyWaitResult result,
                     GError **error)
{
  if (result == MY_WAIT_TIMED_OUT) {
    my_thread_set_error (self, error, MY_THREAD_ERROR_TIMED_OUT, "has published no further result in time; it goes on");
  } else if (result == MY_WAIT_DEADLOCK) {
    my_thread_set_error (self, error, MY_THREAD_ERROR_DEADLOCK, "waits for the thread that would wait for its next result; let another one wait");
  } else {
    g_autofree char *name = my_thread_dup_name (self);

    my_thread_set_wait_error (result, "the next result of thread", name, error);
  }
}

/* Waits until there may be a result, or the end. */
static MyWaitResult
wait_for_result (MyThread *thread,
                 MyResults *results,
                 gint64 deadline)
{
  MySequence *sequence = my_sequence_get (thread);
  MyWaiter *waiter = my_run_get_waiter (my_thread_get_current ());
  MyWaitResult result = MY_WAIT_WOKEN;

  my_state_lock ();
  atomic_fetch_add_explicit (&sequence->n_readers, 1, memory_order_seq_cst);
  atomic_thread_fence (memory_order_seq_cst);
  if (!my_results_has_unread (results) && my_thread_is_alive (thread)) {
    result = my_serve_block (waiter, &sequence->readers, &result_target, thread, deadline, TRUE);
  }
  atomic_fetch_sub_explicit (&sequence->n_readers, 1, memory_order_seq_cst);
  my_state_unlock ();

  return result;
}

/**
 * my_thread_next_result:
 * @self: a thread
 * @timeout_us: how long to wait at most, in microseconds; 0: do not wait; negative: for ever
 * @error: return location for an error
 *
 * Gets the next result that the thread has published, each once, in order; waits for it if need be.
 *
 * At the end of the stream, also of a thread that has failed, it returns %NULL without an error:
 * [method@Thread.join] has the thread's own. In the owner thread it delivers what is pending for @self, as a join does.
 * A thread's results are read by this or from [method@Thread.get_results]: after that was called, this is a critical.
 *
 * The error is `MY_THREAD_ERROR_TIMED_OUT`; `MY_THREAD_ERROR_NOT_STARTED`; `MY_THREAD_ERROR_DEADLOCK` if the
 * caller is the thread itself, or the thread waits for the caller; or `G_IO_ERROR_CANCELLED` if the calling thread is cancelled
 * while it waits.
 *
 * Any thread may call it. It blocks.
 *
 * Returns: (transfer full) (nullable) (type GObject.Object): the result
 *
 * Since: 1.0
 */
gpointer
my_thread_next_result (MyThread *self,
                       gint64 timeout_us,
                       GError **error)
{
  MyResults *results;
  MyWaitResult result = MY_WAIT_WOKEN;
  gint64 deadline;

  g_return_val_if_fail (MY_IS_THREAD (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  results = get_results (self);
  if (my_results_choose (results, MY_RESULTS_QUEUE) == MY_RESULTS_LIST) {
    g_critical ("%s: the results of this thread, of class %s, are read from my_thread_get_results()", G_STRFUNC, G_OBJECT_TYPE_NAME (self));
    return NULL;
  }
  if (self == my_thread_get_current ()) {
    my_thread_set_error (self, error, MY_THREAD_ERROR_DEADLOCK, "can not wait for its own results; another thread has to");
    return NULL;
  }
  if (my_thread_get_state (self) == MY_THREAD_STATE_NEW) {
    set_not_started_error (self, error);
    return NULL;
  }
  my_serve_note_reader (self);
  deadline = my_wait_deadline (timeout_us);

  for (;;) {
    MyOwnerStand stand = my_owner_enter (self);
    gboolean has_ended, was_pending;
    gpointer item;

    my_owner_leave (self, stand);
    /* In this order: what was published before the end is there. */
    has_ended = !my_thread_is_alive (self);
    item = my_results_pop (results, &was_pending);
    if (item != NULL) {
      my_sequence_give_room (my_sequence_get (self), was_pending ? 1 : 0);
      return item;
    }
    if (has_ended) {
      if (my_thread_get_state (self) == MY_THREAD_STATE_NEW) {
        set_not_started_error (self, error); /* its executor has refused it meanwhile */
      }
      return NULL;
    }
    if (result == MY_WAIT_WOKEN && timeout_us != 0) {
      result = wait_for_result (self, results, deadline);
    } else {
      set_no_result_error (self, timeout_us != 0 ? result : MY_WAIT_TIMED_OUT, error);
      return NULL;
    }
  }
}
