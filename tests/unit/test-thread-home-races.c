/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-support.h"

#include <pthread.h>
#include <stdatomic.h>

/* What a subclass says, by several threads at once, at the end, and to owners that wait. */

#define CRIER_TYPE (crier_get_type ())
G_DECLARE_FINAL_TYPE (Crier, crier, CRIER, CRIER, MyThread)

struct _Crier {
  MyThread parent_instance;
  MyThreadFunc func;
  gpointer data;
  gboolean is_finished;
};

G_DEFINE_FINAL_TYPE (Crier, crier, MY_TYPE_THREAD)

enum {
  PROP_ONE = 1,
  PROP_TWO,
  N_PROPS,
};

static GParamSpec *crier_props[N_PROPS];
static guint cried_signal;

static void
crier_run (MyThread *thread,
           GError **error)
{
  Crier *self = CRIER_CRIER (thread);

  self->func (thread, self->data, error);
}

static void
crier_finished (MyThread *thread)
{
  CRIER_CRIER (thread)->is_finished = TRUE;
}

static void
crier_get_property (GObject *object,
                    guint prop_id,
                    GValue *value,
                    GParamSpec *pspec)
{
}

static void
crier_class_init (CrierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = crier_get_property;
  MY_THREAD_CLASS (klass)->run = crier_run;
  MY_THREAD_CLASS (klass)->finished = crier_finished;
  crier_props[PROP_ONE] = g_param_spec_int ("one", NULL, NULL, 0, G_MAXINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  crier_props[PROP_TWO] = g_param_spec_int ("two", NULL, NULL, 0, G_MAXINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, crier_props);
  cried_signal = g_signal_new ("cried", CRIER_TYPE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
crier_init (Crier *self)
{
}

static MyThread *
crier_new (MyThreadFunc func,
           gpointer data)
{
  Crier *self = g_object_new (CRIER_TYPE, NULL);

  self->func = func;
  self->data = data;
  return MY_THREAD (self);
}

static MyThread *
crier_start (MyThreadFunc func,
             gpointer data)
{
  MyThread *thread = crier_new (func, data);

  g_assert_true (my_thread_start (thread, NULL));
  return thread;
}

static gboolean
is_finished (gpointer thread)
{
  return CRIER_CRIER (thread)->is_finished;
}

static void
finish (MyThread *thread)
{
  my_thread_join (thread, NULL);
  my_test_iterate_until (NULL, is_finished, thread);
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (thread);
}

static void
count_notify (GObject *object,
              GParamSpec *pspec,
              gpointer n)
{
  (*(guint *) n)++;
}

static void
count_call (MyThread *thread,
            gpointer n)
{
  g_atomic_int_inc ((gint *) n);
}

static void
count_destroy (gpointer n)
{
  g_atomic_int_inc ((gint *) n);
}

/* notifications */

static void
run_notify_twice (MyThread *thread,
                  gpointer data,
                  GError **error)
{
  MyTestBlock *block = data;

  g_object_notify_by_pspec (G_OBJECT (thread), crier_props[PROP_ONE]);
  my_test_run_block (thread, block, error);
  g_object_notify_by_pspec (G_OBJECT (thread), crier_props[PROP_ONE]);
}

/* Nobody listened to the first one: the second one is told of all the same. */
static void
test_notify_after_silence (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread = crier_start (run_notify_twice, &block);
  guint n = 0;

  my_test_gate_wait (&block.entered);
  my_test_iterate_pending (NULL);
  g_signal_connect (thread, "notify::one", G_CALLBACK (count_notify), &n);
  my_test_gate_open (&block.release);
  finish (thread);
  g_assert_cmpuint (n, ==, 1);
}

static void
run_notify_both (MyThread *thread,
                 gpointer unused,
                 GError **error)
{
  g_object_notify_by_pspec (G_OBJECT (thread), crier_props[PROP_ONE]);
  g_object_notify_by_pspec (G_OBJECT (thread), crier_props[PROP_TWO]);
}

static void
iterate_to_end (GObject *object,
                GParamSpec *pspec,
                gpointer unused)
{
  my_test_iterate_until (NULL, is_finished, object);
}

static void
assert_not_finished (GObject *object,
                     GParamSpec *pspec,
                     gpointer n)
{
  g_assert_false (is_finished (object));
  (*(guint *) n)++;
}

/* The handler of the first one runs a loop until the end: the second one comes in it, before `finished`. */
static void
test_notify_in_nested_loop (void)
{
  MyThread *thread = crier_new (run_notify_both, NULL);
  guint n = 0;

  g_signal_connect (thread, "notify::one", G_CALLBACK (iterate_to_end), NULL);
  g_signal_connect (thread, "notify::two", G_CALLBACK (assert_not_finished), &n);
  g_assert_true (my_thread_start (thread, NULL));
  while (my_thread_is_alive (thread)) {
    g_thread_yield ();
  }
  finish (thread);
  g_assert_cmpuint (n, ==, 1);
}

/* floods */

typedef struct {
  MyThread *thread;
  gint stops;
} Flood;

static void
be_slow (void)
{
  gint64 end = g_get_monotonic_time () + 20;

  while (g_get_monotonic_time () < end) {
  }
}

static void
run_flood (MyThread *thread,
           gpointer data,
           GError **error)
{
  Flood *flood = data;

  while (!g_atomic_int_get (&flood->stops)) {
    g_object_notify_by_pspec (G_OBJECT (flood->thread), crier_props[PROP_ONE]);
    my_thread_post (flood->thread, (MyOwnerFunc) be_slow, NULL, NULL);
  }
}

static void
run_cries (MyThread *thread,
           gpointer data,
           GError **error)
{
  Flood *flood = data;

  while (!g_atomic_int_get (&flood->stops)) {
    my_thread_emit (flood->thread, cried_signal, 0, 1);
  }
}

/* Others say more than the owner can take, without end: the end comes all the same, and so does the owner's own emission. */
static void
test_flood_at_end (void)
{
  for (guint i = 0; i < 20; i++) {
    Flood flood = { crier_new (my_test_run_nothing, NULL), 0 };
    MyThread *other;

    my_thread_set_max_pending (flood.thread, 100);
    g_signal_connect (flood.thread, "notify", G_CALLBACK (be_slow), NULL);
    other = crier_start (run_flood, &flood);
    g_assert_true (my_thread_start (flood.thread, NULL));
    if (i % 2 == 0) {
      g_assert_true (my_thread_join (flood.thread, NULL));
      g_assert_true (is_finished (flood.thread));
    } else {
      my_test_iterate_until (NULL, is_finished, flood.thread);
    }
    g_atomic_int_set (&flood.stops, TRUE);
    finish (other);
    finish (flood.thread);
  }
}

static void
test_flood_and_owner (void)
{
  Flood flood = { crier_new (my_test_run_nothing, NULL), 0 };
  MyThread *other;

  my_thread_set_max_pending (flood.thread, 100);
  g_signal_connect (flood.thread, "cried", G_CALLBACK (be_slow), NULL);
  other = crier_start (run_cries, &flood);
  for (guint i = 0; i < 20; i++) {
    my_thread_emit (flood.thread, cried_signal, 0, 2);
  }
  g_atomic_int_set (&flood.stops, TRUE);
  finish (other);
  my_test_iterate_pending (NULL);
  g_assert_finalize_object (flood.thread);
}

/* room */

static void
run_cry_much (MyThread *thread,
              gpointer other,
              GError **error)
{
  for (int i = 0; i < 500; i++) {
    my_thread_emit (other, cried_signal, 0, i);
  }
}

/* Several threads wait for room, and the owner for one of them: whoever gets the room, the owner is asked again. */
static void
test_room_for_several (void)
{
  for (guint i = 0; i < 5; i++) {
    MyThread *thread = crier_new (my_test_run_nothing, NULL);
    MyThread *writers[3];

    my_thread_set_max_pending (thread, 1);
    for (guint k = 0; k < G_N_ELEMENTS (writers); k++) {
      writers[k] = crier_start (run_cry_much, thread);
    }
    for (guint k = 0; k < G_N_ELEMENTS (writers); k++) {
      finish (writers[k]);
    }
    my_test_iterate_pending (NULL);
    g_assert_finalize_object (thread);
  }
}

/* results */

static void
publish_some (MyThread *thread,
              guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autoptr (GObject) item = g_object_new (G_TYPE_OBJECT, NULL);

    my_thread_publish (thread, item);
  }
}

static void
run_publish (MyThread *thread,
             gpointer block,
             GError **error)
{
  publish_some (thread, 5);
  my_test_run_block (thread, block, error);
  publish_some (thread, 100);
}

/* The list has some of them already, or was told of them: as a queue they are counted once. */
static void
test_queue_after_list (void)
{
  for (guint i = 0; i < 20; i++) {
    g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
    MyThread *thread = crier_new (run_publish, &block);
    GObject *item;
    guint n = 0;

    my_thread_set_max_pending (thread, 10);
    g_assert_true (my_thread_start (thread, NULL));
    my_test_gate_wait (&block.entered);
    if (i % 2 == 0) {
      my_test_iterate_pending (NULL);
    }
    my_test_gate_open (&block.release);
    while ((item = my_thread_next_result (thread, -1, NULL)) != NULL) {
      g_object_unref (item);
      n++;
    }
    g_assert_cmpuint (n, ==, 105);
    finish (thread);
  }
}

static void
run_read (MyThread *thread,
          gpointer other,
          GError **error)
{
  GError *local = NULL;
  GObject *item;

  for (guint i = 0;; i++) {
    item = my_thread_next_result (other, i % 3 == 0 ? 10 : -1, &local);
    if (item != NULL) {
      g_atomic_int_inc ((gint *) CRIER_CRIER (other)->data);
      g_object_unref (item);
    } else if (local == NULL) {
      return;
    }
    g_clear_error (&local);
  }
}

static void
run_publish_much (MyThread *thread,
                  gpointer unused,
                  GError **error)
{
  publish_some (thread, 100);
}

static void
test_readers (void)
{
  for (guint i = 0; i < 200; i++) {
    gint n = 0;
    MyThread *thread = crier_new (run_publish_much, &n);
    MyThread *readers[3];

    g_assert_null (my_thread_next_result (thread, 0, NULL));
    my_thread_set_max_pending (thread, i % 4);
    g_assert_true (my_thread_start (thread, NULL));
    for (guint k = 0; k < G_N_ELEMENTS (readers); k++) {
      readers[k] = crier_start (run_read, thread);
    }
    for (guint k = 0; k < G_N_ELEMENTS (readers); k++) {
      finish (readers[k]);
    }
    g_assert_cmpint (n, ==, 100);
    finish (thread);
  }
}

static void
assert_shown (MyThread *thread,
              gpointer item)
{
  GListModel *results = my_thread_get_results (thread);
  gboolean is_shown = FALSE;

  for (guint i = g_list_model_get_n_items (results); i > 0 && !is_shown; i--) {
    g_autoptr (GObject) shown = g_list_model_get_item (results, i - 1);

    is_shown = shown == item;
  }
  g_assert_true (is_shown);
}

static void
run_publish_and_post (MyThread *thread,
                      gpointer other,
                      GError **error)
{
  for (guint i = 0; i < 2000; i++) {
    GObject *item = g_object_new (G_TYPE_OBJECT, NULL);

    my_thread_publish (other, item);
    my_thread_post (other, assert_shown, item, g_object_unref);
  }
}

/* What one thread has published is in the list before what it says next, whoever publishes beside it. */
static void
test_order_of_results (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread = crier_start (my_test_run_block, &block);
  MyThread *writers[3];

  for (guint i = 0; i < G_N_ELEMENTS (writers); i++) {
    writers[i] = crier_start (run_publish_and_post, thread);
  }
  for (guint i = 0; i < G_N_ELEMENTS (writers); i++) {
    my_test_iterate_until (NULL, is_finished, writers[i]);
    finish (writers[i]);
  }
  my_test_gate_open (&block.release);
  finish (thread);
}

/* An executor that refuses what somebody waits for already. */
#define REFUSER_TYPE (refuser_get_type ())
G_DECLARE_FINAL_TYPE (Refuser, refuser, REFUSER, REFUSER, GObject)

struct _Refuser {
  GObject parent_instance;
  MyThread *reader;
};

static void
run_read_once (MyThread *thread,
               gpointer other,
               GError **error)
{
  g_assert_null (my_thread_next_result (other, -1, error));
}

static gboolean
refuse (MyExecutor *executor,
        MyThread *thread,
        GError **error)
{
  Refuser *self = REFUSER_REFUSER (executor);

  self->reader = crier_start (run_read_once, thread);
  my_test_wait_until_waiting (self->reader);
  g_set_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN, "refused");
  return FALSE;
}

static void
refuser_iface_init (MyExecutorInterface *iface)
{
  iface->execute = refuse;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Refuser, refuser, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (MY_TYPE_EXECUTOR, refuser_iface_init))

static void
refuser_class_init (RefuserClass *klass)
{
}

static void
refuser_init (Refuser *self)
{
}

static void
test_reader_of_refused (void)
{
  Refuser *executor = g_object_new (REFUSER_TYPE, NULL);
  MyThread *thread = crier_new (my_test_run_nothing, NULL);

  my_test_assert_fails (my_executor_submit (MY_EXECUTOR (executor), thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  my_test_assert_fails (my_thread_join (executor->reader, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NOT_STARTED);
  finish (executor->reader);
  g_assert_finalize_object (thread);
  g_assert_finalize_object (executor);
}

/* calls */

static void
end_os_thread (MyThread *thread,
               gpointer unused)
{
  pthread_exit (NULL);
}

static void
run_call_that_ends (MyThread *thread,
                    gpointer unused,
                    GError **error)
{
  my_thread_call_owner (thread, end_os_thread, NULL, error);
}

static void
make (MyThread *loop,
      gpointer place)
{
  *(MyThread **) place = crier_new (run_call_that_ends, NULL);
}

/* The function ends the owner's OS thread: the caller is told. */
static void
test_call_that_ends_owner (void)
{
  MyLoopThread *loop = MY_LOOP_THREAD (my_loop_thread_new ("loop"));
  MyThread *thread = NULL;

  g_assert_true (my_thread_start (MY_THREAD (loop), NULL));
  g_assert_true (my_loop_thread_invoke (loop, make, &thread, NULL));
  g_assert_true (my_thread_start (thread, NULL));
  my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
  g_assert_false (my_thread_join (MY_THREAD (loop), NULL));
  g_object_unref (thread);
  g_object_unref (loop);
}

/* A loop's thread waits for another one's, and is called meanwhile by a third thread, for a function that waits, too. */
typedef struct {
  MyLoopThread *loop;
  MyLoopThread *other;
  MyThread *thread; /* of `loop` */
  MyTestBlock block;
  gboolean is_cancelled;
} Crossing;

static void
make_of_loop (MyThread *loop,
              gpointer place)
{
  *(MyThread **) place = crier_new (my_test_run_nothing, NULL);
}

static void
block_other (MyThread *other,
             gpointer data)
{
  my_test_run_block (other, &((Crossing *) data)->block, NULL);
}

static void
invoke_other (MyThread *loop,
              gpointer data)
{
  Crossing *crossing = data;

  my_loop_thread_invoke (crossing->other, block_other, crossing, NULL);
}

static void
run_invoke (MyThread *thread,
            gpointer data,
            GError **error)
{
  my_loop_thread_invoke (((Crossing *) data)->loop, invoke_other, data, NULL);
}

static void
sleep_long (MyThread *thread,
            gpointer data)
{
  Crossing *crossing = data;
  GError *error = NULL;

  my_test_gate_open (&crossing->block.release); /* what the loop has asked the other one for ends now */
  g_assert_false (my_thread_sleep (MY_TEST_LONG_US, &error));
  my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  crossing->is_cancelled = TRUE;
}

static void
run_call_sleep (MyThread *thread,
                gpointer data,
                GError **error)
{
  my_thread_call_owner (((Crossing *) data)->thread, sleep_long, data, NULL);
}

static void
test_sleep_in_call (void)
{
  for (guint i = 0; i < 100; i++) {
    Crossing crossing = { .block = MY_TEST_BLOCK_INIT };
    MyThread *callers[2];

    crossing.loop = MY_LOOP_THREAD (my_loop_thread_new ("loop"));
    crossing.other = MY_LOOP_THREAD (my_loop_thread_new ("other"));
    g_assert_true (my_thread_start (MY_THREAD (crossing.loop), NULL));
    g_assert_true (my_thread_start (MY_THREAD (crossing.other), NULL));
    g_assert_true (my_loop_thread_invoke (crossing.loop, make_of_loop, &crossing.thread, NULL));

    callers[0] = crier_start (run_invoke, &crossing);
    my_test_gate_wait (&crossing.block.entered);
    callers[1] = crier_start (run_call_sleep, &crossing);
    my_test_gate_wait (&crossing.block.release);
    my_test_gate_open (&crossing.block.release);
    if (i % 2 == 0) {
      my_test_wait_until_waiting (MY_THREAD (crossing.loop));
    }
    my_thread_cancel (MY_THREAD (crossing.loop));

    finish (callers[0]);
    finish (callers[1]);
    my_thread_join (MY_THREAD (crossing.loop), NULL);
    my_loop_thread_quit (crossing.other);
    my_thread_join (MY_THREAD (crossing.other), NULL);
    g_assert_true (crossing.is_cancelled);
    g_object_unref (crossing.thread);
    g_object_unref (crossing.loop);
    g_object_unref (crossing.other);
    my_test_block_clear (&crossing.block);
  }
}

/* Another thread runs the global default context, and waits in it while the main one waits, too. */
static void
run_calls (MyThread *thread,
           gpointer n,
           GError **error)
{
  for (guint i = 0; i < 100; i++) {
    g_assert_true (my_thread_call_owner (thread, count_call, n, NULL));
  }
}

static gboolean
join_callers (gpointer n)
{
  for (guint i = 0; i < 20; i++) {
    MyThread *thread = crier_start (run_calls, n);

    g_assert_true (my_thread_join (thread, NULL));
    g_object_unref (thread);
  }
  return G_SOURCE_REMOVE;
}

static gboolean
has_joined (gpointer n)
{
  return g_atomic_int_get ((gint *) n) == 2000;
}

static gpointer
iterate_default (gpointer n)
{
  my_test_iterate_until (NULL, has_joined, n);
  return NULL;
}

static void
test_two_that_wait (void)
{
  gint n = 0;
  GThread *thread;

  g_idle_add (join_callers, &n);
  thread = g_thread_new ("loop", iterate_default, &n);
  while (!has_joined (&n)) {
    g_assert_true (my_thread_sleep (10, NULL));
  }
  g_thread_join (thread);
  my_test_iterate_pending (NULL);
}

/* without a loop */

static void
test_late_post_without_loop (void)
{
  gint n = 0;

  for (guint i = 0; i < 100; i++) {
    MyThread *thread = crier_start (my_test_run_nothing, NULL);

    g_assert_true (my_thread_join (thread, NULL));
    my_thread_post (thread, count_call, &n, count_destroy);
    g_object_unref (thread);
  }
  g_assert_true (my_thread_sleep (1, NULL));
  g_assert_cmpint (n, ==, 200);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/thread/home-races/notify-after-silence", test_notify_after_silence);
  g_test_add_func ("/thread/home-races/notify-in-nested-loop", test_notify_in_nested_loop);
  g_test_add_func ("/thread/home-races/flood-at-end", test_flood_at_end);
  g_test_add_func ("/thread/home-races/flood-and-owner", test_flood_and_owner);
  g_test_add_func ("/thread/home-races/room-for-several", test_room_for_several);
  g_test_add_func ("/thread/home-races/queue-after-list", test_queue_after_list);
  g_test_add_func ("/thread/home-races/readers", test_readers);
  g_test_add_func ("/thread/home-races/order-of-results", test_order_of_results);
  g_test_add_func ("/thread/home-races/reader-of-refused", test_reader_of_refused);
  g_test_add_func ("/thread/home-races/call-that-ends-owner", test_call_that_ends_owner);
  g_test_add_func ("/thread/home-races/sleep-in-call", test_sleep_in_call);
  g_test_add_func ("/thread/home-races/two-that-wait", test_two_that_wait);
  g_test_add_func ("/thread/home-races/late-post-without-loop", test_late_post_without_loop);

  return g_test_run ();
}
