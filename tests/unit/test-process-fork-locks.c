/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-sanitizer.h"
#include "my-test-support.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

/* fork() while another thread holds locks of GLib's: in the child nobody will ever let them go. */

/* What a child needs. */

static MyThread *made_before; /* by the parent, and not started */
static MyThreadGroup *group_before;

static void
do_task (gpointer n)
{
  g_atomic_int_inc ((gint *) n);
}

static void
do_range (gsize begin,
          gsize end,
          gpointer n)
{
  g_atomic_int_add ((gint *) n, (gint) (end - begin));
}

static void
run_work (MyThread *thread,
          gpointer n,
          GError **error)
{
  my_thread_set_progress (thread, 0.5);
  my_thread_set_status (thread, "at work");
  my_thread_sleep (1, NULL);
  do_task (n);
}

static void
run_until_cancelled (MyThread *thread,
                     gpointer unused,
                     GError **error)
{
  my_thread_get_cancellable (thread);
  my_thread_sleep (-1, error);
}

static void
live (gpointer unused)
{
  gint n = 0;
  GError *error = NULL;
  MyThread *thread = my_thread_new ("child", run_work, &n, NULL);
  MyThreadGroup *group;
  MyThreadPool *pool;

  /* A thread, with all that its owner may do; one that fails; one that is cancelled. */
  g_assert_true (my_thread_get_main () == my_thread_get_current ());
  my_thread_set_name (thread, "a child's");
  my_thread_set_daemon (thread, TRUE);
  g_assert_true (my_thread_start (thread, &error));
  g_free (my_thread_dump ());
  g_ptr_array_unref (my_thread_enumerate ());
  g_assert_true (my_thread_join (thread, &error));
  g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_SUCCEEDED);
  my_thread_set_name (thread, "one that has ended");
  g_object_unref (thread);

  thread = my_thread_new (NULL, my_test_run_fail, NULL, NULL);
  g_assert_true (my_thread_start (thread, &error));
  my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_object_unref (thread);

  thread = my_thread_new (NULL, run_until_cancelled, NULL, NULL);
  g_assert_true (my_thread_start (thread, &error));
  my_thread_cancel (thread);
  my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_object_unref (thread);

  /* One that the parent had made, in its group. */
  g_assert_true (my_thread_start (made_before, &error));
  g_assert_true (my_thread_join (made_before, &error));
  g_assert_true (my_thread_group_join (group_before, &error));
  g_object_unref (made_before);
  g_object_unref (group_before);

  /* Groups. */
  group = my_thread_group_new ("group", NULL);
  my_thread_group_set_max_running (group, 1);
  for (guint i = 0; i < 3; i++) {
    thread = g_object_new (MY_TYPE_THREAD, "group", group, NULL);
    g_assert_true (my_thread_start (thread, &error));
    g_object_unref (thread);
  }
  g_assert_true (my_thread_group_join (group, &error));
  my_thread_group_cancel (group);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (group)), ==, 0);
  g_object_unref (group);

  /* Pools. */
  pool = my_thread_pool_new ("pool", 2);
  my_thread_pool_set_max_threads (pool, 1);
  thread = my_thread_new (NULL, run_work, &n, NULL);
  g_assert_true (my_executor_submit (MY_EXECUTOR (pool), thread, &error));
  g_assert_true (my_thread_join (thread, &error));
  g_object_unref (thread);
  g_assert_true (my_thread_pool_push (pool, do_task, &n, &error));
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, &error));
  g_object_unref (pool);
  my_parallel_for (NULL, 0, 100, 1, do_range, &n);
  g_assert_cmpint (g_atomic_int_get (&n), ==, 104 - 1); /* both threads, what was pushed, and the loop */

  g_assert_true (my_thread_sleep (1, &error));
  g_assert_cmpuint (my_thread_active_count (), ==, 1);
}

static void
live_and_have_a_child (gpointer unused)
{
  my_test_in_child (live, NULL);
  live (NULL);
}

static void
make_before (void)
{
  group_before = my_thread_group_new ("before", NULL);
  made_before = g_object_new (MY_TYPE_THREAD, "group", group_before, NULL);
}

static void
drop_before (void)
{
  g_assert_finalize_object (made_before);
  g_assert_finalize_object (group_before);
}

#if !MY_TEST_HAS_SANITIZER

/* A thread that is stopped in the nth allocation of what it does, wherever that is: with whatever lock it holds there. */

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n,
                            size_t size);
extern void *__libc_realloc (void *old,
                             size_t size);

static __thread guint n_to_go; /* until the allocation to stop in; 0: none */
static sem_t stopped;
static sem_t go_on;

static void
await (sem_t *semaphore)
{
  int rc;

  do {
    rc = sem_wait (semaphore);
  } while (rc != 0);
}

static void
pass (void)
{
  if (G_UNLIKELY (n_to_go > 0) && --n_to_go == 0) {
    sem_post (&stopped);
    await (&go_on);
  }
}

void *
malloc (size_t size)
{
  pass ();
  return __libc_malloc (size);
}

void *
calloc (size_t n,
        size_t size)
{
  pass ();
  return __libc_calloc (n, size);
}

void *
realloc (void *old,
         size_t size)
{
  pass ();
  return __libc_realloc (old, size);
}

typedef struct {
  void (*func) (void);
  guint n;
  gboolean was_stopped;
} Stopping;

static gpointer
run_stopping (gpointer data)
{
  Stopping *stopping = data;

  n_to_go = stopping->n;
  stopping->func ();
  stopping->was_stopped = n_to_go == 0;
  n_to_go = 0;
  sem_post (&stopped);
  return NULL;
}

/* Forks at each allocation that @func makes. */
static void
fork_in_each (void (*func) (void))
{
  Stopping stopping = { .func = func, .was_stopped = TRUE };

  for (stopping.n = 1; stopping.was_stopped; stopping.n++) {
    pthread_t other;

    make_before ();
    sem_init (&stopped, 0, 0);
    sem_init (&go_on, 0, 0);
    g_assert_cmpint (pthread_create (&other, NULL, run_stopping, &stopping), ==, 0);
    await (&stopped);
    my_test_in_child (stopping.n % 2 ? live : live_and_have_a_child, NULL);
    sem_post (&go_on);
    pthread_join (other, NULL);
    drop_before ();
  }
  g_assert_cmpuint (stopping.n, >, 2);
}

static void
handle (void)
{
}

static void
connect_many (void)
{
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);

  for (guint i = 0; i < 3; i++) {
    g_signal_connect (object, "notify", handle, NULL);
  }
  g_object_unref (object);
}

static void
weigh_weakly (void)
{
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
  GWeakRef weak_ref;

  g_weak_ref_init (&weak_ref, object);
  g_object_unref (object);
  g_weak_ref_clear (&weak_ref);
}

static void
cancel_one (void)
{
  GCancellable *cancellable = g_cancellable_new ();

  g_cancellable_connect (cancellable, handle, NULL, NULL);
  g_cancellable_cancel (cancellable);
  g_object_unref (cancellable);
}

/* Not under valgrind, which puts its own malloc() in the place of any. */
static gboolean
is_malloc_ours (void)
{
  gboolean is_ours;

  n_to_go = 2;
  g_free (g_malloc (1));
  is_ours = n_to_go == 1;
  n_to_go = 0;
  return is_ours;
}

static void
test_stopped (void)
{
  void (*const funcs[]) (void) = { connect_many, weigh_weakly, cancel_one };

  if (!is_malloc_ours ()) {
    g_test_skip ("another malloc() is in the place of ours, as valgrind does it");
    return;
  }
  my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (funcs); i++) {
    fork_in_each (funcs[i]);
  }
}

#endif

/* Forked again and again, while others take the locks all the time. */

static gint is_over; /* atomic */

static gpointer
take_locks (gpointer unused)
{
  while (!g_atomic_int_get (&is_over)) {
    GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
    gulong id = g_signal_connect (object, "notify", G_CALLBACK (g_object_freeze_notify), NULL);

    g_signal_handler_disconnect (object, id);
    g_object_unref (object);
  }
  return NULL;
}

/* The library looks whether anybody listens. */
static gpointer
start_and_join (gpointer unused)
{
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  while (!g_atomic_int_get (&is_over)) {
    my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));
  }
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  return NULL;
}

static void
fork_often (GThreadFunc others)
{
  GThread *threads[2];

#if MY_TEST_HAS_SANITIZER
  g_test_skip ("the sanitizers can not fork while other threads allocate");
  return;
#endif
  make_before ();
  g_atomic_int_set (&is_over, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = g_thread_new ("other", others, NULL);
  }
  for (guint i = 0; i < 100; i++) {
    my_test_in_child (live, NULL);
  }
  g_atomic_int_set (&is_over, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_thread_join (threads[i]);
  }
  drop_before ();
}

static void
test_busy_objects (void)
{
  fork_often (take_locks);
}

static void
test_busy_library (void)
{
  fork_often (start_and_join);
}

int
main (int argc,
      char *argv[])
{
  /* GSlice has locks that fork() knows nothing of; malloc() has not. It is asked for by the first allocation, which comes
   * before main(). */
  if (!g_getenv ("G_SLICE")) {
    g_setenv ("G_SLICE", "always-malloc", TRUE);
    execvp (argv[0], argv);
  }

  g_test_init (&argc, &argv, NULL);

#if !MY_TEST_HAS_SANITIZER
  g_test_add_func ("/process/fork-locks/stopped", test_stopped);
#endif
  g_test_add_func ("/process/fork-locks/busy-objects", test_busy_objects);
  g_test_add_func ("/process/fork-locks/busy-library", test_busy_library);

  return g_test_run ();
}
