/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "my-test-pool.h"

/* The system refuses an OS thread, at each place where one is asked for, and grants the next: nothing is left lying, and nobody waits
 * for ever. */

/* pthread_create(), as all of the process sees it */

typedef int (*Create) (pthread_t *thread,
                       const pthread_attr_t *attributes,
                       gpointer (*start) (gpointer data),
                       gpointer data);

/* clang's sanitizers have theirs in the program. */
extern int __interceptor_pthread_create (pthread_t *, const pthread_attr_t *, gpointer (*) (gpointer), gpointer) __attribute__ ((weak));
extern int ___interceptor_pthread_create (pthread_t *, const pthread_attr_t *, gpointer (*) (gpointer), gpointer) __attribute__ ((weak));

static gint n_asked;       /* how often the system was asked */
static gint first_refused; /* from this one on, */
static gint n_refused;     /* so many are refused */
static void (*before_refusal) (void);
static void (*after_grant) (void);

/* The tests' own OS threads, as the one that loses patience, are none of the library's. */
static gboolean
is_of_test (gpointer (*start) (gpointer data))
{
  Dl_info info;
  Dl_info own;

  return dladdr ((void *) start, &info) != 0 && dladdr ((void *) is_of_test, &own) != 0 && info.dli_fbase == own.dli_fbase;
}

int
pthread_create (pthread_t *thread,
                const pthread_attr_t *attributes,
                gpointer (*start) (gpointer data),
                gpointer data)
{
  static Create system_create;
  gint n;
  int rc;

  if (system_create == NULL) {
    system_create = ___interceptor_pthread_create != NULL ? ___interceptor_pthread_create : __interceptor_pthread_create;
  }
  if (system_create == NULL) {
    system_create = (Create) dlsym (RTLD_NEXT, "pthread_create");
  }

  if (is_of_test (start)) {
    return system_create (thread, attributes, start, data);
  }

  n = g_atomic_int_add (&n_asked, 1);
  if (n >= g_atomic_int_get (&first_refused) && n - g_atomic_int_get (&first_refused) < g_atomic_int_get (&n_refused)) {
    if (before_refusal != NULL) {
      before_refusal ();
    }
    return EAGAIN;
  }
  rc = system_create (thread, attributes, start, data);
  if (rc == 0 && after_grant != NULL) {
    after_grant ();
  }
  return rc;
}

/* From now on @n are refused. */
static void
refuse (gint n)
{
  g_atomic_int_set (&n_refused, 0);
  g_atomic_int_set (&first_refused, g_atomic_int_get (&n_asked));
  g_atomic_int_set (&n_refused, n);
}

/* Waits in the library, so that there is somebody to ask again. */
static void
wait_in_library_until (MyTestPredicate predicate,
                       gpointer data)
{
  gint64 deadline = my_test_deadline ();

  while (!predicate (data)) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    g_assert_true (my_thread_sleep (1000, NULL));
  }
}

/* a task that is blocked, and what the next one does for it */

typedef struct {
  int ends[2];
  gint is_asking;
  gint is_answered;
  MyThreadPool *pool;
} Question;

static void
question_init (Question *self)
{
  self->is_asking = FALSE;
  self->is_answered = FALSE;
  g_assert_cmpint (pipe (self->ends), ==, 0);
}

static void
question_clear (Question *self)
{
  close (self->ends[0]);
  close (self->ends[1]);
}

static void
task_ask (gpointer data)
{
  Question *self = data;
  char letter;

  my_thread_pool_begin_blocking ();
  g_atomic_int_set (&self->is_asking, TRUE);
  g_assert_cmpint (read (self->ends[0], &letter, 1), ==, 1);
  my_thread_pool_end_blocking ();
  g_atomic_int_set (&self->is_answered, TRUE);
  g_main_context_wakeup (NULL);
}

/* The same without a word to the pool. */
static void
task_hog (gpointer data)
{
  Question *self = data;
  char letter;

  g_atomic_int_set (&self->is_asking, TRUE);
  g_assert_cmpint (read (self->ends[0], &letter, 1), ==, 1);
  g_atomic_int_set (&self->is_answered, TRUE);
}

static void
task_answer (gpointer data)
{
  g_assert_cmpint (write (((Question *) data)->ends[1], "A", 1), ==, 1);
}

static void
ask (Question *self,
     MyThreadPool *pool,
     MyTaskFunc func)
{
  question_init (self);
  my_test_push (pool, func, self);
  my_test_wait_until (my_test_is_set, &self->is_asking);
}

/* The question is answered at last, though for the answer @n are refused. @wait: in what it is waited for; NULL: in the shutdown. */
static void
play (MyTaskFunc func,
      guint max,
      gint n,
      void (*wait) (Question *question))
{
  MyThreadPool *pool = my_thread_pool_new ("refused", max);
  Question question;

  ask (&question, pool, func);
  refuse (n);
  my_test_push (pool, task_answer, &question);
  if (wait != NULL) {
    wait (&question);
  }
  my_test_pool_finish (pool);
  g_assert_true (question.is_answered);
  question_clear (&question);
}

/* Whoever waits asks again: in a shutdown. */
static void
test_shutdown (void)
{
  play (task_ask, 1, 3, NULL);
}

/* In a wait for something else, that began before. */

static void
run_wait (MyThread *thread,
          gpointer question,
          GError **error)
{
  my_test_wait_until (my_test_is_set, &((Question *) question)->is_answered);
}

static void
test_wait_before (void)
{
  MyThreadPool *pool;
  MyThread *waiting, *joiner;
  Question question;

  pool = my_thread_pool_new ("refused", 1);
  ask (&question, pool, task_ask);
  waiting = my_test_start (NULL, run_wait, &question);
  joiner = my_test_start (NULL, my_test_run_join, waiting);
  my_test_wait_until_asleep (joiner);
  refuse (1);
  my_test_push (pool, task_answer, &question);
  my_test_wait_until (my_test_is_set, &question.is_answered);
  my_test_finish (joiner);
  my_test_finish (waiting);
  my_test_pool_finish (pool);
  question_clear (&question);
}

/* In a join with a limit, of the one that is queued. */

static void
run_cancel (MyThread *thread,
            gpointer other,
            GError **error)
{
  my_thread_cancel (other);
}

static void
test_join (void)
{
  MyThreadPool *pool;
  MyThread *sleeping, *queued;
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

  pool = my_thread_pool_new ("refused", 1);
  sleeping = my_test_submit (pool, my_test_run_sleep, &block);
  my_test_gate_wait (&block.entered);
  my_test_wait_until_asleep (sleeping);
  refuse (1);
  queued = my_test_submit (pool, run_cancel, sleeping);
  g_assert_true (my_thread_join_timeout (queued, my_test_deadline () - g_get_monotonic_time (), NULL));
  g_assert_false (my_thread_join (sleeping, NULL));
  g_object_unref (queued);
  g_object_unref (sleeping);
  my_test_pool_finish (pool);
}

/* The main loop, where nobody waits. */

static void
wait_in_loop (Question *question)
{
  my_test_iterate_until (NULL, my_test_is_set, &question->is_answered);
}

static void
test_main_loop (void)
{
  play (task_ask, 1, 3, wait_in_loop);
}

/* Who asks the main loop is about to be ended by pthread_cancel(): to wake a loop is a cancellation point, and GLib has the lock of its
 * context there. The main thread owns the context all the time, so it is woken. */

typedef struct {
  MyThreadPool *pool;
  Question question;
  gint is_back;
  gint n;
} Pending;

static void
assert_loop_goes_on (Pending *self)
{
  MyTestWatch *watch = my_test_watch_begin ();

  g_assert_true (self->is_back);
  my_test_iterate_until (NULL, my_test_is_set, &self->question.is_answered);
  g_main_context_release (NULL);
  my_test_pool_finish (self->pool);
  g_assert_cmpint (g_atomic_int_get (&self->n), ==, 1);
  question_clear (&self->question);
  my_test_watch_end (watch);
}

static gpointer
push_and_be_struck (gpointer data)
{
  Pending *self = data;

  pthread_cancel (pthread_self ());
  my_test_push (self->pool, task_answer, &self->question);
  my_test_push (self->pool, my_test_task_count, &self->n);
  g_atomic_int_set (&self->is_back, TRUE);
  pthread_testcancel ();
  g_assert_not_reached ();
  return NULL;
}

static void
test_pusher_cancelled (void)
{
  Pending pending = { NULL };
  pthread_t thread;

  pending.pool = my_thread_pool_new ("refused", 1);
  ask (&pending.question, pending.pool, task_ask);
  g_assert_true (g_main_context_acquire (NULL));
  refuse (1);
  g_assert_cmpint (pthread_create (&thread, NULL, push_and_be_struck, &pending), ==, 0);
  g_assert_cmpint (pthread_join (thread, NULL), ==, 0);
  assert_loop_goes_on (&pending);
}

/* The same for a task that waits in the library, and for which another OS thread is to come. */

static void
task_wait_and_be_struck (gpointer data)
{
  Pending *self = data;

  pthread_cancel (pthread_self ());
  my_test_push (self->pool, my_test_task_count, &self->n);
  my_thread_sleep (1000, NULL);
  g_atomic_int_set (&self->is_back, TRUE);
  g_atomic_int_set (&self->question.is_answered, TRUE);
  g_main_context_wakeup (NULL);
  pthread_testcancel ();
  g_assert_not_reached ();
}

static void
test_waiter_cancelled (void)
{
  Pending pending = { NULL };

  pending.pool = my_thread_pool_new ("refused", 1);
  question_init (&pending.question);
  g_assert_true (g_main_context_acquire (NULL));
  first_refused = 1;
  n_refused = 1;
  my_test_push (pending.pool, task_wait_and_be_struck, &pending);
  my_test_wait_until (my_test_is_set, &pending.is_back);
  assert_loop_goes_on (&pending);
}

/* Next event: the next push. */
static void
test_next_push (void)
{
  MyThreadPool *pool;
  Question question;
  gint n = 0;

  pool = my_thread_pool_new ("refused", 1);
  ask (&question, pool, task_ask);
  refuse (1);
  my_test_push (pool, task_answer, &question);
  my_test_push (pool, my_test_task_count, &n);
  my_test_wait_until (my_test_is_set, &question.is_answered);
  my_test_pool_finish (pool);
  question_clear (&question);
}

/* The pool has room for another one, and the one that works is not blocked as far as it knows. */

static void
wait_in_library (Question *question)
{
  wait_in_library_until (my_test_is_set, &question->is_answered);
}

static void
test_hog (void)
{
  play (task_hog, 2, 2, wait_in_library);
}

/* What is owed outlives the object. */

static void
note_destroyed (gpointer question)
{
  g_atomic_int_set (&((Question *) question)->is_asking, FALSE);
}

static gboolean
is_destroyed (gpointer question)
{
  return !g_atomic_int_get (&((Question *) question)->is_asking);
}

static void
test_abandoned (void)
{
  MyThreadPool *pool;
  Question question;

  pool = my_thread_pool_new ("refused", 1);
  ask (&question, pool, task_ask);
  refuse (5);
  g_assert_true (my_thread_pool_push_full (pool, task_answer, &question, note_destroyed, NULL));
  g_object_unref (pool);
  wait_in_library_until (is_destroyed, &question);
  my_test_wait_until (my_test_is_set, &question.is_answered);
  question_clear (&question);
}

/* an OS thread that ends, and is to be replaced */

static void
task_exit (gpointer gate)
{
  my_test_gate_wait (gate);
  pthread_exit (NULL);
}

static gboolean
are_gone (gpointer prefix)
{
  return my_test_count_os_threads_named (prefix) == 0;
}

static void
test_replaced (void)
{
  MyThreadPool *pool;
  g_auto (MyTestGate) gate = MY_TEST_GATE_INIT;
  gint n = 0;

  pool = my_thread_pool_new ("refused", 1);
  my_test_push (pool, task_exit, &gate);
  my_test_push (pool, my_test_task_count, &n);
  refuse (2);
  my_test_gate_open (&gate);
  wait_in_library_until (my_test_is_set, &n);
  my_test_pool_finish (pool);
}

/* nothing is left of what was refused */

static void
test_drain_after_refusal (void)
{
  MyThreadPool *pool;
  MyThread *thread;

  pool = my_thread_pool_new ("refused", 1);
  thread = my_thread_new (NULL, my_test_run_nothing, NULL, NULL);
  refuse (G_MAXINT);
  my_test_assert_fails (my_executor_submit (MY_EXECUTOR (pool), thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES);
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
  refuse (0);
  g_object_unref (thread);
  my_test_release_executor (pool);
}

/* Nor of what was cancelled, when the one who would have found that has ended. */
static void
test_drain_after_cancel (void)
{
  MyThreadPool *pool;
  MyThread *thread;
  g_auto (MyTestGate) gate = MY_TEST_GATE_INIT;

  pool = my_thread_pool_new ("refused", 1);
  my_test_push (pool, task_exit, &gate);
  thread = my_test_submit (pool, my_test_run_nothing, NULL);
  my_thread_cancel (thread);
  refuse (G_MAXINT);
  my_test_gate_open (&gate);
  my_test_wait_until (are_gone, (gpointer) "refused");
  g_assert_true (my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, NULL));
  refuse (0);
  g_object_unref (thread);
  my_test_release_executor (pool);
}

/* What is queued has no worker: who shuts the pool down is told that none is to be had, also where nobody waits. It may be called again. */

static void
on_refused (GObject *pool,
            GAsyncResult *result,
            gpointer data)
{
  GError **error = data;

  g_assert_false (my_thread_pool_shutdown_finish (MY_THREAD_POOL (pool), result, error));
}

static gboolean
is_error_set (gpointer error)
{
  return *(GError **) error != NULL;
}

static void
test_drain_async (void)
{
  MyThreadPool *pool = my_thread_pool_new ("refused", 1);
  GError *error = NULL;
  MyTestGate gate;
  gint n = 0;

  /* Without a main loop that asks again, or a thread that waits. */
  my_test_gate_init (&gate);
  my_test_push (pool, task_exit, &gate);
  my_test_push (pool, my_test_task_count, &n);
  refuse (G_MAXINT);
  my_test_gate_open (&gate);
  my_test_wait_until (are_gone, (gpointer) "refused");
  my_thread_pool_shutdown_async (pool, MY_SHUTDOWN_DRAIN, NULL, on_refused, &error);
  my_test_iterate_until (NULL, is_error_set, &error);
  g_assert_error (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES);
  g_clear_error (&error);
  g_assert_cmpint (n, ==, 0);
  refuse (0);
  my_test_pool_finish (pool);
  g_assert_cmpint (n, ==, 1);
  my_test_gate_clear (&gate);
}

/* A start is refused, and undone, while its pool is shut down: the next is refused by that. */

typedef struct {
  MyThreadPool *pool;
  MyThread *thread; /* that shuts it down */
  MyTestGate gate;
} Closing;

static Closing closing;

static void
run_shut_down (MyThread *thread,
               gpointer unused,
               GError **error)
{
  my_test_gate_wait (&closing.gate);
  my_thread_pool_shutdown (closing.pool, MY_SHUTDOWN_DRAIN, error);
}

static void
shut_down_meanwhile (void)
{
  my_test_gate_open (&closing.gate);
  my_test_wait_until_asleep (closing.thread);
}

static void
test_undone_while_closing (void)
{
  MyThread *thread;

  my_test_gate_init (&closing.gate);
  closing.pool = my_thread_pool_new ("refused", 1);
  closing.thread = my_test_start (NULL, run_shut_down, NULL);
  thread = my_thread_new (NULL, my_test_run_nothing, NULL, NULL);
  my_test_wait_until_asleep (closing.thread);
  before_refusal = shut_down_meanwhile;
  refuse (1);
  my_test_assert_fails (my_executor_submit (MY_EXECUTOR (closing.pool), thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES);
  before_refusal = NULL;
  my_test_finish (closing.thread);
  my_test_assert_fails (my_thread_start (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_SHUT_DOWN);
  g_object_unref (thread);
  my_test_pool_finish (closing.pool);
  my_test_gate_clear (&closing.gate);
}

/* The OS thread has come, has done everything, and has taken the pool with it, before the one that has asked for it goes on. It takes a
 * sanitizer to see what is wrong then. */

static gint is_pool_gone;

static void
note_pool_gone (gpointer data,
                GObject *pool)
{
  g_atomic_int_set (&is_pool_gone, TRUE);
}

/* Whether no OS thread of the pool's does anything: those that have left it are idle. A hint. */
static gboolean
are_asleep (gpointer prefix)
{
  GDir *dir = g_dir_open ("/proc/self/task", 0, NULL);
  gboolean is_so = TRUE;
  const char *id;

  g_assert_nonnull (dir);
  while ((id = g_dir_read_name (dir))) {
    char *path = g_strdup_printf ("/proc/self/task/%s/stat", id);
    char *text = NULL;

    if (g_file_get_contents (path, &text, NULL, NULL) && strstr (text, prefix) && !strstr (text, ") S")) {
      is_so = FALSE;
    }
    g_free (text);
    g_free (path);
  }
  g_dir_close (dir);
  return is_so;
}

static void
wait_until_pool_is_gone (void)
{
  my_test_wait_until (my_test_is_set, &is_pool_gone);
  my_test_wait_until (are_asleep, (gpointer) "(refused");
}

/* The pusher's reference is the task's. */
static void
task_answer_and_drop (gpointer data)
{
  Question *self = data;

  task_answer (self);
  my_test_wait_until (my_test_is_set, &self->is_answered);
  g_object_unref (self->pool);
}

static void
test_gone_meanwhile (void)
{
  MyThreadPool *pool, *next;
  Question question;

  pool = my_thread_pool_new ("refused", 1);
  g_object_weak_ref (G_OBJECT (pool), note_pool_gone, NULL);
  ask (&question, pool, task_ask);
  question.pool = pool;
  after_grant = wait_until_pool_is_gone;
  my_test_push (pool, task_answer_and_drop, &question);
  after_grant = NULL;
  g_assert_true (is_pool_gone);

  /* What comes next may be at its place. */
  next = my_thread_pool_new ("refused", 1);
  my_test_push (next, my_test_task_nothing, NULL);
  my_test_pool_finish (next);
  question_clear (&question);
}

/* the same for all: a session in which each is refused in turn */

/* How often it asks, and some. */
#define N_ASKED 20

/* One refusal at each place, and several at some. */
#define N_SESSIONS (N_ASKED + N_ASKED / 4)

static gboolean
is_refusal (GError *error)
{
  gboolean is_so = g_error_matches (error, MY_THREAD_ERROR, MY_THREAD_ERROR_NO_RESOURCES);

  g_assert_true (is_so || error == NULL);
  g_clear_error (&error);
  return is_so;
}

/* What says that it was refused can be done again. */

static void
push_at_last (MyThreadPool *pool,
              MyTaskFunc func,
              gpointer data)
{
  GError *error = NULL;

  while (!my_thread_pool_push (pool, func, data, &error)) {
    g_assert_true (is_refusal (g_steal_pointer (&error)));
  }
}

static void
start_at_last (MyThread *thread)
{
  GError *error = NULL;

  while (!my_thread_start (thread, &error)) {
    g_assert_true (is_refusal (g_steal_pointer (&error)));
    g_assert_cmpint (my_thread_get_state (thread), ==, MY_THREAD_STATE_NEW);
  }
}

static void
finish_at_last (MyThreadPool *pool)
{
  GError *error = NULL;

  while (!my_thread_pool_shutdown (pool, MY_SHUTDOWN_DRAIN, &error)) {
    g_assert_true (is_refusal (g_steal_pointer (&error)));
  }
  my_test_release_executor (pool);
}

static void
use_own_os_threads (void)
{
  MyThread *threads[3];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_thread_new (NULL, my_test_run_nothing, NULL, NULL);
    my_thread_set_fresh_os_thread (threads[i], TRUE);
    start_at_last (threads[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    my_test_finish (threads[i]);
  }
}

/* Those that wait have succeeded in the end, or have failed, and say so. */
static void
use_group (MyThreadPool *pool)
{
  MyThreadGroup *group = my_thread_group_new (NULL, NULL);
  MyThread *threads[4];

  my_thread_group_set_max_running (group, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = g_object_new (MY_TYPE_THREAD, "group", group, "executor", pool, "fresh-os-thread", TRUE, NULL);
    start_at_last (threads[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    GError *error = NULL;

    g_assert_true (my_thread_join_timeout (threads[i], my_test_deadline () - g_get_monotonic_time (), &error) || is_refusal (error));
    g_object_unref (threads[i]);
  }
  my_thread_group_join (group, NULL);
  my_test_release (group);
}

static void
use_pool (MyTaskFunc func,
          guint max)
{
  MyThreadPool *pool = my_thread_pool_new ("session", max);
  Question question;

  question_init (&question);
  push_at_last (pool, func, &question);
  wait_in_library_until (my_test_is_set, &question.is_asking);
  push_at_last (pool, task_answer, &question);
  wait_in_library_until (my_test_is_set, &question.is_answered);
  finish_at_last (pool);
  question_clear (&question);
}

static void
use_waiting_tasks (void)
{
  MyThreadPool *pool = my_thread_pool_new ("session", 1);
  MyThread *sleeping, *queued;
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;

  sleeping = my_thread_new (NULL, my_test_run_sleep, &block, NULL);
  queued = my_thread_new (NULL, run_cancel, sleeping, NULL);
  my_thread_set_executor (sleeping, MY_EXECUTOR (pool));
  my_thread_set_executor (queued, MY_EXECUTOR (pool));
  start_at_last (sleeping);
  start_at_last (queued);
  g_assert_false (my_thread_join_timeout (sleeping, my_test_deadline () - g_get_monotonic_time (), NULL));
  g_assert_cmpint (my_thread_get_state (sleeping), ==, MY_THREAD_STATE_CANCELLED);
  my_test_finish (queued);
  g_object_unref (sleeping);
  use_group (pool);
  finish_at_last (pool);
}

static void
use_loop_piece (gsize begin,
                gsize end,
                gpointer n)
{
  g_atomic_int_add ((gint *) n, (gint) (end - begin));
}

static void
use_loop (void)
{
  MyThreadPool *pool = my_thread_pool_new ("session", 3);
  gint n = 0;

  my_parallel_for (pool, 0, 1000, 1, use_loop_piece, &n);
  g_assert_cmpint (n, ==, 1000);
  finish_at_last (pool);
}

static void
use_ending_tasks (void)
{
  MyThreadPool *pool = my_thread_pool_new ("session", 1);
  g_auto (MyTestGate) gate = MY_TEST_GATE_INIT;
  gint n = 0;

  push_at_last (pool, task_exit, &gate);
  push_at_last (pool, my_test_task_count, &n);
  my_test_gate_open (&gate);
  wait_in_library_until (my_test_is_set, &n);
  finish_at_last (pool);
}

static void
test_session (gconstpointer n)
{
  n_asked = 0;
  if (GPOINTER_TO_INT (n) < N_ASKED) {
    first_refused = GPOINTER_TO_INT (n);
    n_refused = 1;
  } else {
    first_refused = (GPOINTER_TO_INT (n) - N_ASKED) * 4;
    n_refused = 4;
  }
  use_own_os_threads ();
  use_pool (task_ask, 1);
  use_pool (task_hog, 2);
  use_waiting_tasks ();
  use_group (NULL);
  use_loop ();
  use_ending_tasks ();
  g_test_message ("asked %d times", n_asked);
}

static void
test_sessions (void)
{
  for (guint i = 0; i < N_SESSIONS; i++) {
    gint64 limit = my_test_deadline () - g_get_monotonic_time ();
    char *path = g_strdup_printf ("/pool-refused/session/subprocess/%u", i);

    g_test_trap_subprocess (path, (guint64) limit, G_TEST_SUBPROCESS_DEFAULT);
    g_assert_false (g_test_trap_reached_timeout ());
    g_test_trap_assert_passed ();
    g_free (path);
  }
}

/* A cancelled worker that goes on, as no other OS thread can be had, is ended by its next task: it leaves the pool once. */

static void
task_cancel_self (gpointer unused)
{
  refuse (G_MAXINT);
  pthread_cancel (pthread_self ());
}

static void
task_count_and_exit (gpointer n)
{
  g_atomic_int_inc ((gint *) n);
  pthread_exit (NULL);
}

static gboolean
has_exited (gpointer n)
{
  return g_atomic_int_get ((gint *) n) == 1;
}

static void
test_exits_after_cancel (void)
{
  MyThreadPool *pool = my_thread_pool_new ("refused", 1);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  gint n_exited = 0;
  gint n_run = 0;

  my_test_pool_hold (pool, &block, 1);
  my_test_push (pool, task_cancel_self, NULL);
  my_test_push (pool, task_count_and_exit, &n_exited);
  my_test_push (pool, my_test_task_count, &n_run);
  my_test_gate_open (&block.release);
  wait_in_library_until (has_exited, &n_exited);
  refuse (0);
  wait_in_library_until (has_exited, &n_run);
  my_test_pool_finish (pool);

  /* The memory of a pool is used again. */
  for (guint i = 0; i < 50; i++) {
    pool = my_thread_pool_new (NULL, 2);
    my_test_push (pool, my_test_task_nothing, NULL);
    my_test_pool_finish (pool);
  }
}

/* An OS thread that is idle, and has been made for something else, would do: so each of these has a process of its own. */

typedef struct {
  const char *path;
  void (*func) (void);
} Case;

static const Case cases[] = {
  { "/pool-refused/shutdown", test_shutdown },
  { "/pool-refused/wait-before", test_wait_before },
  { "/pool-refused/join", test_join },
  { "/pool-refused/main-loop", test_main_loop },
  { "/pool-refused/pusher-cancelled", test_pusher_cancelled },
  { "/pool-refused/waiter-cancelled", test_waiter_cancelled },
  { "/pool-refused/next-push", test_next_push },
  { "/pool-refused/hog", test_hog },
  { "/pool-refused/abandoned", test_abandoned },
  { "/pool-refused/replaced", test_replaced },
  { "/pool-refused/drain/after-refusal", test_drain_after_refusal },
  { "/pool-refused/drain/after-cancel", test_drain_after_cancel },
  { "/pool-refused/drain/async", test_drain_async },
  { "/pool-refused/undone-while-closing", test_undone_while_closing },
  { "/pool-refused/gone-meanwhile", test_gone_meanwhile },
  { "/pool-refused/exits-after-cancel", test_exits_after_cancel },
};

static void
run_apart (gconstpointer data)
{
  const Case *self = data;

  if (my_test_is_apart ()) {
    self->func ();
  }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_add_data_func (cases[i].path, &cases[i], run_apart);
  }
  g_test_add_func ("/pool-refused/session", test_sessions);
  for (guint i = 0; i < N_SESSIONS; i++) {
    char *path = g_strdup_printf ("/pool-refused/session/subprocess/%u", i);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_session);
    g_free (path);
  }

  return g_test_run ();
}
