/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-sanitizer.h"
#include "my-test-thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* fork(): in the child only the forking thread lives, and the library works. */

static void
check_usable (gpointer unused)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread;

  g_assert_true (my_thread_get_main () == my_thread_get_current ());
  g_assert_cmpint (my_thread_get_native_id (my_thread_get_main ()), ==, getpid ());
  g_assert_cmpuint (my_thread_active_count (), ==, 1);

  thread = my_test_thread_new (NULL, log, NULL, NULL);
  my_test_log_watch (log, thread, NULL, "finished");
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_true (my_thread_join (thread, NULL));
  my_test_log_unwatch (log, thread);
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  my_test_assert_log (log, "run@ class-started finished class-finished");
  g_assert_finalize_object (thread);
  my_test_assert_log (log, "finalized");
  g_assert_true (my_thread_sleep (1, NULL));
  g_assert_cmpuint (my_thread_active_count (), ==, 1);
}

static void
test_alone (void)
{
  my_test_in_child (check_usable, NULL);
}

/* The others. */

typedef struct {
  MyThreadGroup *group;
  MyThread *running;
  MyThread *queued;
  MyThread *fresh;
} Others;

static void
assert_dead (MyThread *thread)
{
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_CANCELLED);
  g_assert_false (my_thread_is_alive (thread));
  my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
check_others (gpointer data)
{
  Others *others = data;
  MyThread *next;

  assert_dead (others->running);
  assert_dead (others->queued);
  g_assert_cmpuint (my_thread_group_active_count (others->group), ==, 0);
  g_assert_true (my_thread_group_join (others->group, NULL));
  check_usable (NULL);

  /* The slot is free again, and a thread that was made before can be started. */
  next = my_test_thread_new_in_group (others->group, NULL, NULL);
  g_assert_true (my_thread_start (next, NULL));
  my_test_finish (next);
  g_assert_true (my_thread_start (others->fresh, NULL));
  g_assert_true (my_thread_join (others->fresh, NULL));
}

static void
test_others (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  Others others = { .group = my_thread_group_new ("narrow", NULL) };

  my_thread_group_set_max_running (others.group, 1);
  others.running = my_test_thread_new_in_group (others.group, my_test_run_block, &block);
  others.queued = my_test_thread_new_in_group (others.group, NULL, NULL);
  others.fresh = my_test_thread_new_in_group (others.group, NULL, NULL);
  g_assert_true (my_thread_start (others.running, NULL));
  g_assert_true (my_thread_start (others.queued, NULL));
  my_test_gate_wait (&block.entered);
  my_test_in_child (check_others, &others);

  /* The parent has noticed nothing. */
  g_assert_cmpint (my_thread_get_state (others.running), ==, MY_THREAD_STATE_RUNNING);
  g_assert_cmpint (my_thread_get_state (others.queued), ==, MY_THREAD_STATE_QUEUED);
  g_assert_cmpint (my_thread_get_state (others.fresh), ==, MY_THREAD_STATE_NEW);
  my_test_gate_open (&block.release);
  my_test_finish (others.running);
  my_test_finish (others.queued);
  g_assert_finalize_object (others.fresh);
  my_test_release (others.group);
}

/* Forked by a worker: it is the main thread there. */

static void
check_worker (gpointer thread)
{
  g_assert_true (my_thread_get_current () == thread);
  check_usable (NULL);
}

static void
run_fork (MyThread *thread,
          gpointer unused,
          GError **error)
{
  my_test_in_child (check_worker, thread);
  g_assert_true (my_thread_get_current () == thread);
  g_assert_true (my_thread_get_main () != thread);
}

static void
test_in_worker (void)
{
  my_test_finish (my_test_start (NULL, run_fork, NULL));
}

static gpointer
foreign_fork (gpointer unused)
{
  my_test_in_child (check_worker, my_thread_get_current ());
  return NULL;
}

/* One that has never asked for its object. */
static gpointer
unknown_fork (gpointer unused)
{
  my_test_in_child (check_usable, NULL);
  return NULL;
}

static void
test_in_foreign (void)
{
  g_thread_join (g_thread_new ("foreign", foreign_fork, NULL));
  g_thread_join (g_thread_new ("unknown", unknown_fork, NULL));
}

/* A child has children. */

static void
check_grandchild (gpointer unused)
{
  check_usable (NULL);
  my_test_in_child (check_usable, NULL);
  check_usable (NULL);
}

static void
test_grandchild (void)
{
  my_test_in_child (check_grandchild, NULL);
}

/* A context that existed before may be locked for ever: by a thread that is gone. */

static MyTestGate context_locked, context_release;

static void
source_ref (gpointer data)
{
  /* GLib calls this with the context's lock held. */
  my_test_gate_open (&context_locked);
  my_test_gate_wait (&context_release);
}

static void
source_unref (gpointer data)
{
}

static void
source_get (gpointer data,
            GSource *source,
            GSourceFunc *func,
            gpointer *user_data)
{
  *func = my_test_is_set;
  *user_data = data;
}

static GSourceCallbackFuncs locking_funcs = { source_ref, source_unref, source_get };

static gpointer
lock_context (gpointer context)
{
  GSource *source = g_idle_source_new ();
  gint zero = 0;

  g_source_set_priority (source, G_PRIORITY_HIGH);
  g_source_set_callback_indirect (source, &zero, &locking_funcs);
  g_source_attach (source, context);
  g_source_unref (source);
  g_main_context_iteration (context, TRUE);
  return NULL;
}

static void
check_locked_context (gpointer thread)
{
  MyThread *another;

  assert_dead (thread);
  my_thread_cancel (thread);
  my_thread_set_name (thread, "renamed in the child");
  check_usable (NULL);
  /* In the locked context, and delivered all the same. */
  another = g_object_new (MY_TYPE_THREAD, "main-context", my_thread_get_main_context (thread), NULL);
  g_assert_true (my_thread_start (another, NULL));
  g_assert_true (my_thread_join (another, NULL));
  my_thread_set_name (another, "renamed as well");
  g_object_unref (another);
}

static void
test_locked_context (void)
{
  GMainContext *contexts[] = { g_main_context_new (), g_main_context_ref (g_main_context_default ()) };

  for (gsize i = 0; i < G_N_ELEMENTS (contexts); i++) {
    g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
    MyThread *thread;
    GThread *locker;

    my_test_gate_init (&context_locked);
    my_test_gate_init (&context_release);
    g_main_context_push_thread_default (contexts[i]);
    thread = my_test_start_block (NULL, &block);
    g_main_context_pop_thread_default (contexts[i]);
    locker = g_thread_new ("locker", lock_context, contexts[i]);
    my_test_gate_wait (&context_locked);
    my_test_in_child (check_locked_context, thread);
    my_test_gate_open (&context_release);
    g_thread_join (locker);
    my_test_gate_open (&block.release);
    g_assert_true (my_thread_join (thread, NULL));
    my_test_iterate_pending (contexts[i]);
    g_assert_finalize_object (thread);
    my_test_gate_clear (&context_locked);
    my_test_gate_clear (&context_release);
    g_main_context_unref (contexts[i]);
  }
}

/* The same for one in which the library was not used before. */

static void
check_unknown_context (gpointer context)
{
  g_autoptr (MyTestLog) log = my_test_log_new ();

  /* The second one finds what the first one has found out. */
  for (guint i = 0; i < 2; i++) {
    MyThread *thread = g_object_new (MY_TYPE_THREAD, "main-context", context, NULL);

    my_test_log_watch (log, thread, NULL, "started finished");
    g_assert_true (my_thread_start (thread, NULL));
    g_assert_true (my_thread_join (thread, NULL));
    my_test_assert_log (log, "started finished");
    my_test_log_unwatch (log, thread);
    g_assert_finalize_object (thread);
  }
  check_usable (NULL);
}

static void
test_unknown_context (void)
{
  GMainContext *context = g_main_context_new ();
  GThread *locker;

  my_test_gate_init (&context_locked);
  my_test_gate_init (&context_release);
  locker = g_thread_new ("locker", lock_context, context);
  my_test_gate_wait (&context_locked);
  my_test_in_child (check_unknown_context, context);
  my_test_gate_open (&context_release);
  g_thread_join (locker);
  my_test_gate_clear (&context_locked);
  my_test_gate_clear (&context_release);
  g_main_context_unref (context);
}

/* A context that the child has made works as ever. */
static void
check_new_context (gpointer unused)
{
  GMainContext *context = g_main_context_new ();
  g_autoptr (MyTestLog) log = my_test_log_new ();
  MyThread *thread;

  g_main_context_push_thread_default (context);
  thread = my_thread_new (NULL, NULL, NULL, NULL);
  g_main_context_pop_thread_default (context);
  my_test_log_watch (log, thread, NULL, "started finished");
  g_assert_true (my_thread_start (thread, NULL));
  my_test_iterate_until (context, my_test_log_has_finished, log);
  my_test_assert_log (log, "started finished");
  my_test_iterate_pending (context);
  g_assert_finalize_object (thread);
  g_main_context_unref (context);
}

static void
test_new_context (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  thread = my_test_start_block (NULL, &block);
  my_test_in_child (check_new_context, NULL);
  my_test_gate_open (&block.release);
  my_test_finish (thread);
}

/* Forked while others are everywhere in the library, but in none of GLib's own locks. */

static void
run_busy (MyThread *thread,
          gpointer unused,
          GError **error)
{
  gint i = 0;

  while (!my_thread_is_cancelled (thread)) {
    my_thread_sleep (1, NULL);
    my_thread_get_state (my_thread_get_main ());
    my_thread_active_count ();
    my_thread_set_progress (thread, (i++ % 100) / 100.0);
  }
}

static void
test_busy (void)
{
  MyThread *threads[3];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_start (NULL, run_busy, NULL);
    my_test_wait_until (my_test_has_begun, threads[i]);
  }
  for (guint i = 0; i < 50; i++) {
    my_test_in_child (check_usable, NULL);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_thread_cancel (threads[i]);
    my_test_finish (threads[i]);
  }
}

/* Forked by a handler, in the middle of a delivery, which goes on in both. */

#define N_PENDING 4

typedef struct {
  MyThread *threads[N_PENDING];
  MyThreadGroup *group;
  MyTestLog *log;
  MyTestGate go;
  pid_t child;
} Delivery;

/* The first one that is told forks. */
static void
fork_once (gpointer object,
           gpointer data)
{
  Delivery *delivery = data;

  if (delivery->child < 0) {
    delivery->child = fork ();
    g_assert_cmpint (delivery->child, >=, 0);
    if (delivery->child == 0) {
      alarm ((guint) ((my_test_deadline () - g_get_monotonic_time ()) / G_USEC_PER_SEC));
    }
  }
}

static void
fork_at_notify (gpointer object,
                GParamSpec *pspec,
                gpointer data)
{
  fork_once (object, data);
}

static void
fork_at_change (gpointer object,
                guint position,
                guint n_removed,
                guint n_added,
                gpointer data)
{
  fork_once (object, data);
}

static void
fork_at_failure (gpointer object,
                 MyThread *thread,
                 GError *error,
                 gpointer data)
{
  fork_once (object, data);
}

static void
run_go (MyThread *thread,
        gpointer delivery,
        GError **error)
{
  my_test_gate_wait (&((Delivery *) delivery)->go);
}

static void
run_go_and_fail (MyThread *thread,
                 gpointer delivery,
                 GError **error)
{
  run_go (thread, delivery, error);
  my_test_run_fail (thread, NULL, error);
}

/* Where it forks. */
typedef struct {
  const char *signal;
  GCallback callback;
  gboolean of_group;
  gboolean of_failure;
} Place;

static const Place places[] = {
  { "finished", G_CALLBACK (fork_once), FALSE, FALSE },
  { "started", G_CALLBACK (fork_once), FALSE, FALSE },
  { "notify::state", G_CALLBACK (fork_at_notify), FALSE, FALSE },
  { "items-changed", G_CALLBACK (fork_at_change), TRUE, FALSE },
  { "thread-failed", G_CALLBACK (fork_at_failure), TRUE, TRUE },
};

static void
connect_at (const Place *place,
            Delivery *delivery)
{
  if (place->callback == G_CALLBACK (fork_at_change)) {
    g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (delivery->group)), ==, N_PENDING);
  }
  if (place->of_group) {
    g_signal_connect (delivery->group, place->signal, place->callback, delivery);
  }
  for (gsize i = 0; i < N_PENDING && !place->of_group; i++) {
    g_signal_connect (delivery->threads[i], place->signal, place->callback, delivery);
  }
}

static void
deliver_in_loop (Delivery *delivery)
{
  my_test_iterate_pending (NULL);
}

static void
deliver_in_joins (Delivery *delivery)
{
  for (gsize i = 0; i < N_PENDING; i++) {
    my_thread_join (delivery->threads[i], NULL);
  }
}

static void
deliver_in_group_join (Delivery *delivery)
{
  my_thread_group_join (delivery->group, NULL);
}

/* Each process has told of each end, once. */
static void
assert_told (Delivery *delivery)
{
  g_autofree char *told = my_test_log_take (delivery->log);

  g_assert_cmpstr (told, ==, "finished finished finished finished");
}

static void
end_child (Delivery *delivery)
{
  /* What had ended stays so. */
  for (gsize i = 0; i < N_PENDING; i++) {
    GError *error = NULL;

    g_assert_false (my_thread_is_alive (delivery->threads[i]));
    if (!my_thread_join (delivery->threads[i], &error)) {
      my_test_assert_error (&error, G_IO_ERROR, G_IO_ERROR_EXISTS);
    }
  }
  my_thread_group_join (delivery->group, NULL);
  assert_told (delivery);
  check_usable (NULL);
  my_test_end_child ();
}

static void
fork_in_delivery (const Place *place,
                  void (*deliver) (Delivery *delivery))
{
  Delivery delivery = { .group = my_thread_group_new ("delivered", NULL), .log = my_test_log_new (), .child = -1 };

  my_test_gate_init (&delivery.go);
  for (gsize i = 0; i < N_PENDING; i++) {
    delivery.threads[i] = my_test_thread_new_in_group (delivery.group, place->of_failure ? run_go_and_fail : run_go, &delivery);
    my_test_log_watch (delivery.log, delivery.threads[i], NULL, "finished");
    g_assert_true (my_thread_start (delivery.threads[i], NULL));
  }
  connect_at (place, &delivery);
  my_test_gate_open (&delivery.go);
  for (gsize i = 0; i < N_PENDING; i++) {
    my_test_wait_until (my_test_is_over, delivery.threads[i]);
  }

  /* All is pending. */
  g_assert_cmpint (delivery.child, <, 0);
  deliver (&delivery);
  if (delivery.child == 0) {
    end_child (&delivery);
  }
  g_assert_cmpint (delivery.child, >, 0);
  my_test_join_child (delivery.child);

  deliver_in_joins (&delivery);
  deliver_in_group_join (&delivery);
  deliver_in_loop (&delivery);
  assert_told (&delivery);
  for (gsize i = 0; i < N_PENDING; i++) {
    my_test_log_unwatch (delivery.log, delivery.threads[i]);
    g_assert_finalize_object (delivery.threads[i]);
  }
  my_test_gate_clear (&delivery.go);
  my_test_log_free (delivery.log);
  my_test_release (delivery.group);
}

static void
test_in_delivery (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    fork_in_delivery (&places[i], deliver_in_loop);
    fork_in_delivery (&places[i], deliver_in_joins);
    fork_in_delivery (&places[i], deliver_in_group_join);
  }
}

/* Forked by a destroy notify, while the inbox of a context that is gone is emptied: that goes on in both, too. */

static pid_t child_of_notify;

static void
fork_in_notify (gpointer unused)
{
  child_of_notify = fork ();
  g_assert_cmpint (child_of_notify, >=, 0);
}

static void
test_in_drop (void)
{
  GMainContext *context = g_main_context_new ();
  MyThread *thread;

  g_main_context_push_thread_default (context);
  thread = my_thread_new (NULL, my_test_run_nothing, &child_of_notify, fork_in_notify);
  g_assert_true (my_thread_start (thread, NULL));
  my_test_wait_until (my_test_is_over, thread);
  g_object_unref (thread);
  g_main_context_pop_thread_default (context);

  child_of_notify = -1;
  g_main_context_unref (context);
  if (child_of_notify == 0) {
    check_usable (NULL);
    my_test_end_child ();
  }
  g_assert_cmpint (child_of_notify, >, 0);
  my_test_join_child (child_of_notify);
  g_assert_cmpuint (my_thread_active_count (), ==, 1);
}

/* What is pending when a process forks is told in each of the two, by its joins. */

static void
check_pending (gpointer data)
{
  Delivery *delivery = data;
  MyThread *left = my_thread_new (NULL, NULL, NULL, NULL);
  gpointer left_pointer = left;

  /* One that a wait finds, and has to leave, since somebody listens. */
  my_test_log_watch (delivery->log, left, "left-", "started");
  g_assert_true (my_thread_start (left, NULL));
  my_test_wait_until (my_test_is_over, left);
  g_assert_true (my_thread_sleep (1, NULL));

  for (gsize i = 0; i < N_PENDING; i++) {
    g_autoptr (MyThread) own = my_thread_new (NULL, NULL, NULL, NULL);

    /* The child's own come between. */
    g_assert_true (my_thread_start (own, NULL));
    if (i % 2) {
      g_assert_true (my_thread_join (own, NULL));
    }
    g_assert_true (my_thread_join (delivery->threads[i], NULL));
    g_assert_true (my_thread_join (own, NULL));
  }
  assert_told (delivery);

  /* When nobody does it is found again, by a wait that has something to look for. */
  my_test_log_unwatch (delivery->log, left);
  g_object_add_weak_pointer (G_OBJECT (left), &left_pointer);
  g_object_unref (left);
  check_usable (NULL);
  g_assert_null (left_pointer);
}

static void
test_pending (void)
{
  for (guint were_seen = 0; were_seen < 2; were_seen++) {
    Delivery delivery = { .log = my_test_log_new () };

    for (gsize i = 0; i < N_PENDING; i++) {
      delivery.threads[i] = my_thread_new (NULL, NULL, NULL, NULL);
      my_test_log_watch (delivery.log, delivery.threads[i], NULL, "finished");
      g_assert_true (my_thread_start (delivery.threads[i], NULL));
    }
    for (gsize i = 0; i < N_PENDING; i++) {
      my_test_wait_until (my_test_is_over, delivery.threads[i]);
    }
    if (were_seen) {
      /* A wait looks at what has come. */
      g_assert_true (my_thread_sleep (1, NULL));
    }
    my_test_in_child (check_pending, &delivery);
    deliver_in_joins (&delivery);
    assert_told (&delivery);
    for (gsize i = 0; i < N_PENDING; i++) {
      my_test_log_unwatch (delivery.log, delivery.threads[i]);
      g_assert_finalize_object (delivery.threads[i]);
    }
    my_test_log_free (delivery.log);
  }
}

/* exit() in the child waits for its own threads, not for those of the parent. */
static void
check_exit (gpointer unused)
{
  static MyThread *volatile thread; /* so that a leak checker finds it at the end */

  thread = my_test_start (NULL, my_test_run_nothing, NULL);
  exit (my_thread_is_cancelled (thread));
}

static void
test_exit (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *thread;

  if (MY_TEST_HAS_ADDRESS_SANITIZER) {
    g_test_skip ("the references of the dead threads are leaks to LeakSanitizer");
    return;
  }
  thread = my_test_start_block (NULL, &block);
  fflush (NULL);
  my_test_in_child (check_exit, NULL);
  my_test_gate_open (&block.release);
  my_test_finish (thread);
}

/* A signal handler forks, in a wait: it goes on in the child, where those who waited beside it are gone, with their stacks. */

static volatile sig_atomic_t child_of_handler = -1;

static void
fork_in_handler (int unused)
{
  child_of_handler = fork ();
}

static gpointer
send_signal_when_asleep (gpointer main_thread)
{
  my_test_wait_until_asleep (my_thread_get_main ());
  pthread_kill (*(pthread_t *) main_thread, SIGUSR1);
  return NULL;
}

static gpointer
use_stack (gpointer unused)
{
  return NULL;
}

static void
test_in_handler (void)
{
  static MyThread *threads[300];
  struct sigaction action = { .sa_handler = fork_in_handler };
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

  if (MY_TEST_HAS_SANITIZER) {
    g_test_skip ("the references of the dead threads are leaks to LeakSanitizer, and ThreadSanitizer does not live through it");
    return;
  }
  sigaction (SIGUSR1, &action, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_start (NULL, my_test_run_sleep, &block);
    my_test_wait_until_waiting (threads[i]);
  }
  while (child_of_handler < 0) {
    pthread_t main_thread = pthread_self ();
    GThread *sender = g_thread_new ("sender", send_signal_when_asleep, &main_thread);

    g_assert_true (my_thread_sleep (1000 * 1000, NULL));
    if (child_of_handler == 0) {
      for (guint i = 0; i < 3; i++) {
        g_thread_join (g_thread_new ("stack", use_stack, NULL));
      }
      for (guint i = 0; i < 3; i++) {
        my_thread_sleep (1, NULL);
      }
      my_test_end_child ();
    }
    g_thread_join (sender);
  }
  my_test_join_child (child_of_handler);
  signal (SIGUSR1, SIG_DFL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_thread_cancel (threads[i]);
    g_assert_false (my_thread_join (threads[i], NULL));
    g_object_unref (threads[i]);
  }
}

/* A child says nothing of what failed in its parent. */

static void
check_exit_in_silence (gpointer unused)
{
  exit (0);
}

static void
test_exit_in_silence (void)
{
  MyThread *thread;

  if (MY_TEST_HAS_ADDRESS_SANITIZER) {
    g_test_skip ("the references of the dead threads are leaks to LeakSanitizer");
    return;
  }
  if (!my_test_is_apart ()) {
    g_test_trap_assert_stderr_unmatched ("*" MY_TEST_FAILURE "*");
    return;
  }
  thread = my_test_start ("parent's", my_test_run_fail, NULL);
  my_test_wait_until (my_test_is_over, thread);
  my_test_in_child (check_exit_in_silence, NULL);
  g_assert_false (my_thread_join (thread, NULL));
  g_object_unref (thread);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/process/fork/alone", test_alone);
  g_test_add_func ("/process/fork/others", test_others);
  g_test_add_func ("/process/fork/in-worker", test_in_worker);
  g_test_add_func ("/process/fork/in-foreign", test_in_foreign);
  g_test_add_func ("/process/fork/grandchild", test_grandchild);
  g_test_add_func ("/process/fork/locked-context", test_locked_context);
  g_test_add_func ("/process/fork/unknown-context", test_unknown_context);
  g_test_add_func ("/process/fork/new-context", test_new_context);
  g_test_add_func ("/process/fork/busy", test_busy);
  g_test_add_func ("/process/fork/in-delivery", test_in_delivery);
  g_test_add_func ("/process/fork/in-drop", test_in_drop);
  g_test_add_func ("/process/fork/pending", test_pending);
  g_test_add_func ("/process/fork/exit", test_exit);
  g_test_add_func ("/process/fork/in-handler", test_in_handler);
  g_test_add_func ("/process/fork/exit-in-silence", test_exit_in_silence);

  return g_test_run ();
}
