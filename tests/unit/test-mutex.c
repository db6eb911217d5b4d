/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <string.h>

#include "my-test-support.h"

/* MyMutex and MyCond. */

typedef struct {
  MyMutex mutex;
  MyMutex other;
  MyCond cond;
  MyTestGate gates[3];
  gint64 timeout_us;
  guint n;
  gboolean flag;
} Shared;

static void
shared_clear (Shared *shared)
{
  for (guint i = 0; i < G_N_ELEMENTS (shared->gates); i++) {
    my_test_gate_clear (&shared->gates[i]);
  }
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Shared, shared_clear)

#define SHARED_INIT \
  {                 \
    .n = 0          \
  }

static void
test_zero (void)
{
  MyMutex mutex;
  MyCond cond;
  MyMutex made = MY_MUTEX_INIT;

  g_assert_cmpuint (sizeof (MyMutex), ==, 16);
  g_assert_cmpuint (sizeof (MyCond), ==, 16);
  memset (&mutex, 0xff, sizeof mutex);
  memset (&cond, 0xff, sizeof cond);
  my_mutex_init (&mutex);
  my_cond_init (&cond);
  my_cond_signal (&cond);
  my_cond_broadcast (&cond);

  my_mutex_lock (&mutex);
  my_mutex_lock (&made);
  g_assert_false (my_mutex_trylock (&mutex));
  /* in any order */
  my_mutex_unlock (&mutex);
  g_assert_true (my_mutex_trylock (&mutex));
  my_mutex_unlock (&made);
  my_mutex_unlock (&mutex);
  g_assert_true (my_mutex_acquire (&mutex, 0, NULL));
  my_test_assert_fails (my_mutex_acquire (&mutex, 0, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_assert_fails (my_mutex_acquire (&mutex, 10, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_mutex_unlock (&mutex);
  my_mutex_clear (&mutex);
  my_cond_clear (&cond);
}

static void
test_locker (void)
{
  MyMutex mutex = MY_MUTEX_INIT;

  {
    g_autoptr (MyMutexLocker) locker = my_mutex_locker_new (&mutex);

    g_assert_nonnull (locker);
    g_assert_false (my_mutex_trylock (&mutex));
  }
  g_assert_true (my_mutex_trylock (&mutex));
  my_mutex_unlock (&mutex);
}

static void
run_count (MyThread *thread,
           gpointer data,
           GError **error)
{
  Shared *shared = data;

  for (guint i = 0; i < 20000; i++) {
    my_mutex_lock (&shared->mutex);
    shared->n++;
    my_mutex_unlock (&shared->mutex);
  }
}

static void
test_excludes (void)
{
  g_auto (Shared) shared = SHARED_INIT;
  MyThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_start (NULL, run_count, &shared);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_finish (threads[i]);
  }
  g_assert_cmpuint (shared.n, ==, 4 * 20000);
}

/* waiting */

static void
run_acquire (MyThread *thread,
             gpointer data,
             GError **error)
{
  Shared *shared = data;

  if (my_mutex_acquire (&shared->mutex, shared->timeout_us, error)) {
    shared->n++;
    my_mutex_unlock (&shared->mutex);
  }
}

static void
test_cancel (void)
{
  g_auto (Shared) shared = { .timeout_us = -1 };
  MyThread *thread, *next;

  my_mutex_lock (&shared.mutex);
  thread = my_test_start ("to be cancelled", run_acquire, &shared);
  my_test_wait_until_waiting (thread);
  next = my_test_start (NULL, run_acquire, &shared);
  my_test_wait_until_waiting (next);
  my_thread_cancel (thread);
  my_test_assert_fails (my_thread_join (thread, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_finalize_object (thread);
  g_assert_cmpuint (shared.n, ==, 0);

  /* The other one has not been forgotten. */
  my_mutex_unlock (&shared.mutex);
  my_test_finish (next);
  g_assert_cmpuint (shared.n, ==, 1);
}

static void
run_cancelled (MyThread *thread,
               gpointer data,
               GError **error)
{
  Shared *shared = data;

  my_thread_cancel (thread);
  g_assert_true (my_mutex_acquire (&shared->mutex, -1, NULL));
  my_test_assert_fails (my_mutex_acquire (&shared->mutex, 0, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  my_test_assert_fails (my_mutex_acquire (&shared->mutex, -1, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  my_test_assert_fails (my_cond_wait_timeout (&shared->cond, &shared->mutex, 0, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  my_test_assert_fails (my_cond_wait_timeout (&shared->cond, &shared->mutex, -1, &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (my_mutex_trylock (&shared->mutex));
  my_mutex_unlock (&shared->mutex);
}

/* What can be had at once is had. */
static void
test_cancelled_before (void)
{
  g_auto (Shared) shared = SHARED_INIT;

  my_test_finish (my_test_start (NULL, run_cancelled, &shared));
}

static void
run_lock (MyThread *thread,
          gpointer data,
          GError **error)
{
  Shared *shared = data;

  my_mutex_lock (&shared->mutex);
  shared->n++;
  my_mutex_unlock (&shared->mutex);
}

/* my_mutex_lock() is not interrupted. */
static void
test_lock_and_cancel (void)
{
  g_auto (Shared) shared = SHARED_INIT;
  MyThread *thread;

  my_mutex_lock (&shared.mutex);
  thread = my_test_start (NULL, run_lock, &shared);
  my_test_wait_until_waiting (thread);
  my_thread_cancel (thread);
  my_test_wait_until_waiting (thread);
  my_mutex_unlock (&shared.mutex);
  my_test_finish (thread);
  g_assert_cmpuint (shared.n, ==, 1);
}

/* It says who has it. */
static void
test_dump (void)
{
  g_auto (Shared) shared = { .timeout_us = -1 };
  g_autofree char *dump = NULL;
  MyThread *thread;

  my_mutex_lock (&shared.mutex);
  thread = my_test_start ("patient", run_acquire, &shared);
  my_test_wait_until_waiting (thread);
  dump = my_thread_dump ();
  g_assert_nonnull (strstr (dump, "patient: running"));
  g_assert_nonnull (strstr (dump, "waits for mutex 0x"));
  g_assert_nonnull (strstr (dump, ", which thread \"MainThread\" holds\n"));
  my_mutex_unlock (&shared.mutex);
  my_test_finish (thread);
}

/* A worker that waits is replaced. */

static void
run_open (MyThread *thread,
          gpointer data,
          GError **error)
{
  my_test_gate_open (data);
}

static void
test_pool (void)
{
  g_auto (Shared) shared = { .timeout_us = -1 };
  MyThreadPool *pool = my_thread_pool_new ("pool", 1);
  MyThread *waiting = my_thread_new ("waiting", run_acquire, &shared, NULL);
  MyThread *next = my_thread_new ("next", run_open, &shared.gates[0], NULL);

  my_mutex_lock (&shared.mutex);
  g_assert_true (my_executor_submit (MY_EXECUTOR (pool), waiting, NULL));
  my_test_wait_until_waiting (waiting);
  g_assert_true (my_executor_submit (MY_EXECUTOR (pool), next, NULL));
  my_test_gate_wait (&shared.gates[0]);
  my_mutex_unlock (&shared.mutex);
  my_test_finish (waiting);
  my_test_finish (next);
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
  my_test_release_executor (pool);
}

/* cycles */

static void
run_itself (MyThread *thread,
            gpointer data,
            GError **error)
{
  Shared *shared = data;

  my_mutex_lock (&shared->mutex);
  my_test_assert_fails (my_mutex_acquire (&shared->mutex, -1, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  my_test_assert_fails (my_mutex_acquire (&shared->mutex, 10, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_mutex_unlock (&shared->mutex);
}

static void
test_itself (void)
{
  g_auto (Shared) shared = SHARED_INIT;

  my_test_finish (my_test_start (NULL, run_itself, &shared));
}

typedef struct {
  MyMutex *first;
  MyMutex *second;
  MyTestGate *mine;
  MyTestGate *others;
  GError *error;
} Crosser;

static void
run_cross (MyThread *thread,
           gpointer data,
           GError **error)
{
  Crosser *self = data;

  my_mutex_lock (self->first);
  my_test_gate_open (self->mine);
  my_test_gate_wait (self->others);
  if (my_mutex_acquire (self->second, -1, &self->error)) {
    my_mutex_unlock (self->second);
  }
  my_mutex_unlock (self->first);
}

/* Of two one is told, and the text has both, and both mutexes. */
static void
test_cross (void)
{
  for (guint i = 0; i < 50; i++) {
    g_auto (Shared) shared = SHARED_INIT;
    Crosser one = { &shared.mutex, &shared.other, &shared.gates[0], &shared.gates[1], NULL };
    Crosser two = { &shared.other, &shared.mutex, &shared.gates[1], &shared.gates[0], NULL };
    MyThread *threads[] = { my_test_start ("one", run_cross, &one), my_test_start ("two", run_cross, &two) };
    g_autofree char *mutex = g_strdup_printf ("mutex %p, which thread \"one\" holds", (gpointer) &shared.mutex);
    g_autofree char *other = g_strdup_printf ("mutex %p, which thread \"two\" holds", (gpointer) &shared.other);
    GError *error;

    my_test_finish (threads[0]);
    my_test_finish (threads[1]);
    g_assert_cmpint (one.error != NULL, !=, two.error != NULL);
    error = one.error != NULL ? one.error : two.error;
    g_assert_nonnull (strstr (error->message, mutex));
    g_assert_nonnull (strstr (error->message, other));
    g_assert_nonnull (strstr (error->message, "thread \"one\" waits for"));
    g_assert_nonnull (strstr (error->message, "thread \"two\" waits for"));
    my_test_assert_error (&error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  }
}

/* Lock and join: the holder has got the mutex when others waited for it already. */

static void
run_take_over (MyThread *thread,
               gpointer data,
               GError **error)
{
  Shared *shared = data;

  my_mutex_lock (&shared->mutex);
  my_test_gate_open (&shared->gates[0]);
  my_test_gate_wait (&shared->gates[1]);
  my_mutex_unlock (&shared->mutex);
}

static void
test_join_of_waiter (void)
{
  g_auto (Shared) shared = { .timeout_us = -1 };
  MyThread *taker, *waiter;

  my_mutex_lock (&shared.mutex);
  taker = my_test_start ("taker", run_take_over, &shared);
  my_test_wait_until_waiting (taker);
  waiter = my_test_start ("waiter", run_acquire, &shared);
  my_test_wait_until_waiting (waiter);
  my_mutex_unlock (&shared.mutex);
  my_test_gate_wait (&shared.gates[0]);

  /* taker holds it, and waiter waits for it. */
  my_mutex_lock (&shared.other);
  my_test_gate_open (&shared.gates[1]);
  my_test_finish (taker);
  my_test_finish (waiter);
  my_mutex_unlock (&shared.other);

  my_mutex_lock (&shared.mutex);
  waiter = my_test_start ("waiter", run_acquire, &shared);
  my_test_wait_until_waiting (waiter);
  my_test_assert_fails (my_thread_join (waiter, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  my_mutex_unlock (&shared.mutex);
  my_test_finish (waiter);
}

static void
run_hold_and_lock (MyThread *thread,
                   gpointer data,
                   GError **error)
{
  Shared *shared = data;

  my_mutex_lock (&shared->other);
  my_mutex_lock (&shared->mutex);
  my_mutex_unlock (&shared->mutex);
  my_mutex_unlock (&shared->other);
}

/* my_mutex_lock() warns, and waits. */
static void
test_lock_warns (void)
{
  if (g_test_subprocess ()) {
    g_auto (Shared) shared = SHARED_INIT;
    MyThread *thread;

    my_mutex_lock (&shared.mutex);
    thread = my_test_start ("other", run_hold_and_lock, &shared);
    my_test_wait_until_waiting (thread);
    g_log_set_always_fatal (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
    my_mutex_lock (&shared.other);
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*my_mutex_lock*can not end*MainThread*other*holds*");
}

/* the holder ends */

static void
run_keep (MyThread *thread,
          gpointer data,
          GError **error)
{
  Shared *shared = data;

  my_mutex_lock (&shared->mutex);
  my_test_gate_open (&shared->gates[0]);
  my_test_gate_wait (&shared->gates[1]);
}

static void
test_holder_ends (void)
{
  g_auto (Shared) shared = { .timeout_us = -1 };
  MyThread *holder = my_test_start ("holder", run_keep, &shared);
  MyThread *waiter;
  GError *error = NULL;

  my_test_gate_wait (&shared.gates[0]);
  waiter = my_test_start ("waiter", run_acquire, &shared);
  my_test_wait_until_waiting (waiter);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "*\"holder\" has ended while it holds mutex 0x*");
  my_test_gate_open (&shared.gates[1]);
  my_test_assert_fails (my_thread_join (waiter, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  my_test_finish (holder);
  g_test_assert_expected_messages ();
  g_assert_finalize_object (waiter);

  for (gint64 timeout_us = -1; timeout_us <= 1; timeout_us++) {
    g_assert_false (my_mutex_acquire (&shared.mutex, timeout_us, &error));
    g_assert_nonnull (strstr (error->message, "its holder has ended"));
    my_test_assert_error (&error, MY_THREAD_ERROR, MY_THREAD_ERROR_DEADLOCK);
  }
  g_assert_false (my_mutex_trylock (&shared.mutex));
}

/* misuse */

static void
test_misuse (void)
{
  g_auto (Shared) shared = SHARED_INIT;
  MyThread *holder;

  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "my_mutex_unlock*does not hold*");
  my_mutex_unlock (&shared.mutex);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "my_cond_wait*does not hold*");
  my_cond_wait (&shared.cond, &shared.mutex);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "my_cond_wait_until*does not hold*");
  g_assert_false (my_cond_wait_until (&shared.cond, &shared.mutex, 0));
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "my_cond_wait_timeout*does not hold*");
  g_assert_false (my_cond_wait_timeout (&shared.cond, &shared.mutex, -1, NULL));

  holder = my_test_start (NULL, run_take_over, &shared);
  my_test_gate_wait (&shared.gates[0]);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "my_mutex_unlock*does not hold*");
  my_mutex_unlock (&shared.mutex);
  g_test_expect_message ("MyThread", G_LOG_LEVEL_CRITICAL, "my_mutex_clear*is held*");
  my_mutex_clear (&shared.mutex);
  g_assert_false (my_mutex_trylock (&shared.mutex));
  my_test_gate_open (&shared.gates[1]);
  my_test_finish (holder);
  g_test_assert_expected_messages ();
  g_assert_true (my_mutex_trylock (&shared.mutex));
  my_mutex_unlock (&shared.mutex);
}

/* conditions */

static void
run_wait (MyThread *thread,
          gpointer data,
          GError **error)
{
  Shared *shared = data;

  my_mutex_lock (&shared->mutex);
  if (my_cond_wait_timeout (&shared->cond, &shared->mutex, shared->timeout_us, error)) {
    shared->n++;
  }
  g_assert_false (my_mutex_trylock (&shared->mutex));
  my_mutex_unlock (&shared->mutex);
}

static void
test_signal (void)
{
  g_auto (Shared) shared = { .timeout_us = -1 };
  MyThread *threads[4];
  guint n;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_start (NULL, run_wait, &shared);
    my_test_wait_until_waiting (threads[i]);
  }
  /* Cancelled: it uses up no signal. */
  my_thread_cancel (threads[0]);
  my_test_assert_fails (my_thread_join (threads[0], &error_), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  my_cond_signal (&shared.cond);
  g_assert_finalize_object (threads[0]);
  my_test_finish (threads[1]);
  my_mutex_lock (&shared.mutex);
  n = shared.n;
  my_mutex_unlock (&shared.mutex);
  g_assert_cmpuint (n, ==, 1);
  my_cond_broadcast (&shared.cond);
  my_test_finish (threads[2]);
  my_test_finish (threads[3]);
  g_assert_cmpuint (shared.n, ==, 3);
}

static void
test_limits (void)
{
  g_auto (Shared) shared = SHARED_INIT;

  my_mutex_lock (&shared.mutex);
  my_test_assert_fails (my_cond_wait_timeout (&shared.cond, &shared.mutex, 0, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  my_test_assert_fails (my_cond_wait_timeout (&shared.cond, &shared.mutex, 100, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_TIMED_OUT);
  g_assert_false (my_cond_wait_until (&shared.cond, &shared.mutex, 0));
  g_assert_false (my_cond_wait_until (&shared.cond, &shared.mutex, g_get_monotonic_time () + 100));
  my_mutex_unlock (&shared.mutex);
}

/* fork */

static void
in_child (gpointer data)
{
  Shared *shared = data;
  GError *error = NULL;

  /* The one that forked still holds it. */
  g_assert_false (my_mutex_trylock (&shared->other));
  my_mutex_unlock (&shared->other);
  my_mutex_lock (&shared->other);
  my_mutex_unlock (&shared->other);
  /* The holder is gone. */
  g_assert_false (my_mutex_acquire (&shared->mutex, -1, &error));
  g_assert_nonnull (strstr (error->message, "its holder has ended"));
  g_clear_error (&error);
  /* Those who waited are gone. */
  my_cond_signal (&shared->cond);
  my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));
}

static void
run_wait_other (MyThread *thread,
                gpointer data,
                GError **error)
{
  Shared *shared = data;
  MyMutex mutex = MY_MUTEX_INIT;

  my_mutex_lock (&mutex);
  my_cond_wait (&shared->cond, &mutex);
  my_mutex_unlock (&mutex);
}

static void
test_fork (void)
{
  g_auto (Shared) shared = { .timeout_us = -1 };
  MyThread *holder = my_test_start (NULL, run_take_over, &shared);
  MyThread *waiters[2];

  my_test_gate_wait (&shared.gates[0]);
  waiters[0] = my_test_start (NULL, run_acquire, &shared);
  my_test_wait_until_waiting (waiters[0]);
  waiters[1] = my_test_start (NULL, run_wait_other, &shared);
  my_test_wait_until_waiting (waiters[1]);
  my_mutex_lock (&shared.other);
  my_test_in_child (in_child, &shared);
  my_mutex_unlock (&shared.other);
  my_test_gate_open (&shared.gates[1]);
  my_cond_signal (&shared.cond);
  my_test_finish (holder);
  my_test_finish (waiters[0]);
  my_test_finish (waiters[1]);
}

/* When all have been signalled the condition may be freed, though they have not all come back. */

typedef struct {
  MyMutex *mutex;
  MyCond *cond;
  gint is_there;
} Item;

static void
run_wait_for_item (MyThread *thread,
                   gpointer data,
                   GError **error)
{
  Item *item = data;

  my_mutex_lock (item->mutex);
  g_atomic_int_set (&item->is_there, TRUE);
  my_cond_wait (item->cond, item->mutex);
  my_mutex_unlock (item->mutex);
}

static void
test_freed (void)
{
  for (guint i = 0; i < 2000; i++) {
    MyMutex mutex = MY_MUTEX_INIT;
    MyCond cond = MY_COND_INIT;
    Item item = { &mutex, &cond, FALSE };
    MyThread *thread = my_test_start (NULL, run_wait_for_item, &item);
    guint8 other[sizeof cond];

    memset (other, 0x55, sizeof other);
    my_test_wait_until (my_test_is_set, &item.is_there);
    my_mutex_lock (&mutex);
    my_cond_broadcast (&cond);
    my_cond_clear (&cond);
    memcpy (&cond, other, sizeof cond); /* it is something else now */
    my_mutex_unlock (&mutex);
    my_test_finish (thread);
    g_assert_cmpmem (&cond, sizeof cond, other, sizeof other);
  }
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mutex/zero", test_zero);
  g_test_add_func ("/mutex/locker", test_locker);
  g_test_add_func ("/mutex/excludes", test_excludes);
  g_test_add_func ("/mutex/cancel", test_cancel);
  g_test_add_func ("/mutex/cancelled-before", test_cancelled_before);
  g_test_add_func ("/mutex/lock-and-cancel", test_lock_and_cancel);
  g_test_add_func ("/mutex/dump", test_dump);
  g_test_add_func ("/mutex/pool", test_pool);
  g_test_add_func ("/mutex/itself", test_itself);
  g_test_add_func ("/mutex/cross", test_cross);
  g_test_add_func ("/mutex/join-of-waiter", test_join_of_waiter);
  g_test_add_func ("/mutex/lock-warns", test_lock_warns);
  g_test_add_func ("/mutex/holder-ends", test_holder_ends);
  g_test_add_func ("/mutex/misuse", test_misuse);
  g_test_add_func ("/mutex/fork", test_fork);
  g_test_add_func ("/cond/signal", test_signal);
  g_test_add_func ("/cond/freed", test_freed);
  g_test_add_func ("/cond/limits", test_limits);
  return g_test_run ();
}
