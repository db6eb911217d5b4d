/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "my-test-executor.h"
#include "my-test-thread.h"

#include <errno.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* An OS thread is used again when it is as if it were new, and ends when it is not. */

/* What has become of an OS thread. */

static gboolean
is_gone (gpointer native_id)
{
  return my_test_get_os_state (*(gint *) native_id) == '-';
}

static gboolean
is_asleep_or_gone (gpointer native_id)
{
  return my_test_get_os_state (*(gint *) native_id) == 'S' || is_gone (native_id);
}

/* An OS thread waits for work for some seconds. One that was there at @begin, and is not taken, has gone: that is no failure
 * where the process was held up for so long, and is tried again. */
static void
assert_has_gone_in_time (gint64 begin)
{
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 2 * G_USEC_PER_SEC);
}

/* Runs @func on a thread, and waits until its OS thread sleeps, so that it is the first to be taken: or it has gone, where the
 * process was held up. */
static gint
run_and_rest (MyThreadFunc func,
              gpointer data)
{
  MyThread *thread = my_test_start ("what runs", func, data);
  gint native_id;

  g_assert_true (my_thread_join (thread, NULL));
  native_id = my_thread_get_native_id (thread);
  g_assert_finalize_object (thread);
  my_test_wait_until (is_asleep_or_gone, &native_id);

  return native_id;
}

/* Runs @func, after which the OS thread must end, and the next thread get another: it would take one that sleeps. */
static void
run_and_spoil (MyThreadFunc func,
               gpointer data)
{
  MyThread *thread = my_test_start (NULL, func, data);
  gint native_id;

  g_assert_true (my_thread_join (thread, NULL));
  native_id = my_thread_get_native_id (thread);
  g_assert_finalize_object (thread);
  my_test_wait_until (is_asleep_or_gone, &native_id);
  g_assert_cmpint (run_and_rest (my_test_run_nothing, NULL), !=, native_id);
  my_test_wait_until (is_gone, &native_id);
}

/* The next thread is on the OS thread that has just been left to rest, whatever was left there, and what it finds is for the
 * test to see. Returns the native id. */
static gint
run_twice_on_one (MyThreadFunc first,
                  gpointer first_data,
                  MyThreadFunc second,
                  gpointer second_data)
{
  for (;;) {
    gint64 begin = g_get_monotonic_time ();
    gint native_id = run_and_rest (first, first_data);

    if (run_and_rest (second, second_data) == native_id) {
      return native_id;
    }
    assert_has_gone_in_time (begin);
  }
}

static void
test_same (void)
{
  for (guint i = 0; i < 20; i++) {
    run_twice_on_one (my_test_run_nothing, NULL, my_test_run_nothing, NULL);
  }
}

/* No time to sleep: who has joined finds the OS thread, even if it has not quite done. It may be held up by the system,
 * and then another one is made: so it is tried until that happens seldom enough. */

static gboolean
reuses_back_to_back (gpointer unused)
{
  gint last = 0;
  guint n_reused = 0;

  for (guint i = 0; i < 500; i++) {
    MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);

    g_assert_true (my_thread_join (thread, NULL));
    n_reused += my_thread_get_native_id (thread) == last;
    last = my_thread_get_native_id (thread);
    g_assert_finalize_object (thread);
  }
  g_test_message ("%u of 500 on the OS thread of the last", n_reused);
  return n_reused > 100;
}

static void
test_back_to_back (void)
{
  my_test_wait_until (reuses_back_to_back, NULL);
}

/* What is set back. */

typedef struct {
  char name[16];
  sigset_t signals;
  int rounding;
  int errno_;
  gboolean has_locale;
  int cancel_state;
  int cancel_type;
} Seen;

static void
run_change (MyThread *thread,
            gpointer locale,
            GError **error)
{
  sigset_t signals;

  prctl (PR_SET_NAME, "changed");
  sigfillset (&signals);
  pthread_sigmask (SIG_SETMASK, &signals, NULL);
  fesetround (FE_UPWARD);
  uselocale (locale);
  pthread_setcanceltype (PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, NULL);
  errno = EDOM;
}

static void
run_see (MyThread *thread,
         gpointer data,
         GError **error)
{
  Seen *seen = data;

  seen->errno_ = errno;
  prctl (PR_GET_NAME, seen->name);
  pthread_sigmask (SIG_SETMASK, NULL, &seen->signals);
  seen->rounding = fegetround ();
  seen->has_locale = uselocale ((locale_t) 0) != LC_GLOBAL_LOCALE;
  pthread_setcancelstate (PTHREAD_CANCEL_ENABLE, &seen->cancel_state);
  pthread_setcanceltype (PTHREAD_CANCEL_DEFERRED, &seen->cancel_type);
}

static void
test_set_back (void)
{
  locale_t locale = newlocale (LC_ALL_MASK, "C", (locale_t) 0);
  Seen seen;

  run_twice_on_one (run_change, locale, run_see, &seen);
  g_assert_cmpstr (seen.name, ==, "what runs");
  g_assert_false (sigismember (&seen.signals, SIGUSR1));
  g_assert_cmpint (seen.rounding, ==, FE_TONEAREST);
  g_assert_cmpint (seen.errno_, ==, 0);
  g_assert_false (seen.has_locale);
  g_assert_cmpint (seen.cancel_state, ==, PTHREAD_CANCEL_ENABLE);
  g_assert_cmpint (seen.cancel_type, ==, PTHREAD_CANCEL_DEFERRED);
  freelocale (locale);
}

/* What is inherited of the thread that calls start(). */

static void
run_and_see_inherited (Seen *differing,
                       Seen *plain)
{
  gint64 begin;
  gint native_id;
  gboolean are_on_one;

  do {
    sigset_t signals;
    sigset_t before;

    begin = g_get_monotonic_time ();
    native_id = run_and_rest (my_test_run_nothing, NULL);
    sigemptyset (&signals);
    sigaddset (&signals, SIGUSR2);
    g_assert_cmpint (pthread_sigmask (SIG_BLOCK, &signals, &before), ==, 0);
    fesetround (FE_DOWNWARD);
    are_on_one = run_and_rest (run_see, differing) == native_id;
    fesetround (FE_TONEAREST);
    g_assert_cmpint (pthread_sigmask (SIG_SETMASK, &before, NULL), ==, 0);
    are_on_one = run_and_rest (run_see, plain) == native_id && are_on_one;
    if (!are_on_one) {
      assert_has_gone_in_time (begin);
    }
  } while (!are_on_one);
}

static void
test_inherits (void)
{
  Seen differing, plain;

  run_and_see_inherited (&differing, &plain);

  g_assert_true (sigismember (&differing.signals, SIGUSR2));
  g_assert_false (sigismember (&differing.signals, SIGUSR1));
  g_assert_cmpint (differing.rounding, ==, FE_DOWNWARD);

  g_assert_false (sigismember (&plain.signals, SIGUSR2));
  g_assert_cmpint (plain.rounding, ==, FE_TONEAREST);
}

/* What can not be set back ends the OS thread. */

static void
run_be_nice (MyThread *thread,
             gpointer unused,
             GError **error)
{
  g_assert_cmpint (setpriority (PRIO_PROCESS, (id_t) my_thread_get_native_id (thread), 19), ==, 0);
}

static void
run_be_batch (MyThread *thread,
              gpointer unused,
              GError **error)
{
  struct sched_param parameters = { 0 };

  g_assert_cmpint (sched_setscheduler (0, SCHED_BATCH, &parameters), ==, 0);
}

/* FALSE: there is but one. */
static gboolean
stay_on_one_cpu (void)
{
  cpu_set_t cpus;

  g_assert_cmpint (sched_getaffinity (0, sizeof cpus, &cpus), ==, 0);
  if (CPU_COUNT (&cpus) < 2) {
    return FALSE;
  }
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (CPU_ISSET (cpu, &cpus)) {
      CPU_ZERO (&cpus);
      CPU_SET (cpu, &cpus);
      break;
    }
  }
  g_assert_cmpint (sched_setaffinity (0, sizeof cpus, &cpus), ==, 0);
  return TRUE;
}

static void
run_stay_on_one_cpu (MyThread *thread,
                     gpointer unused,
                     GError **error)
{
  if (!stay_on_one_cpu ()) {
    run_be_nice (thread, NULL, NULL);
  }
}

static void
run_set_signal_stack (MyThread *thread,
                      gpointer unused,
                      GError **error)
{
  stack_t stack = { .ss_size = 64 * 1024 };

  /* AddressSanitizer unmaps whichever is there when the OS thread exits. */
  stack.ss_sp = mmap (NULL, stack.ss_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  g_assert_true (stack.ss_sp != MAP_FAILED);
  g_assert_cmpint (sigaltstack (&stack, NULL), ==, 0);
}

static void
run_keep_robust_mutex (MyThread *thread,
                       gpointer mutex,
                       GError **error)
{
  g_assert_cmpint (pthread_mutex_lock (mutex), ==, 0);
}

static void
run_push_context (MyThread *thread,
                  gpointer unused,
                  GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
}

static void
run_keep_signal (MyThread *thread,
                 gpointer unused,
                 GError **error)
{
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGUSR1);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);
  pthread_kill (pthread_self (), SIGUSR1);
}

static void
run_keep_cancel (MyThread *thread,
                 gpointer unused,
                 GError **error)
{
  pthread_setcancelstate (PTHREAD_CANCEL_DISABLE, NULL);
  pthread_cancel (pthread_self ());
}

static void
test_spoilt (gconstpointer func)
{
  run_and_spoil ((MyThreadFunc) func, NULL);
}

static void
test_robust_mutex (void)
{
  pthread_mutexattr_t attributes;
  pthread_mutex_t mutex;

  pthread_mutexattr_init (&attributes);
  pthread_mutexattr_setrobust (&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init (&mutex, &attributes);

  run_and_spoil (run_keep_robust_mutex, &mutex);
  g_assert_cmpint (pthread_mutex_lock (&mutex), ==, EOWNERDEAD);
  pthread_mutex_consistent (&mutex);
  pthread_mutex_unlock (&mutex);

  pthread_mutex_destroy (&mutex);
  pthread_mutexattr_destroy (&attributes);
}

static void
run_exit (MyThread *thread,
          gpointer unused,
          GError **error)
{
  pthread_exit (NULL);
}

static void
test_pthread_exit (void)
{
  MyThread *thread = my_test_start (NULL, run_exit, NULL);
  gint native_id;

  my_test_assert_fails (my_thread_join (thread, &error_), MY_THREAD_ERROR, MY_THREAD_ERROR_BROKEN);
  native_id = my_thread_get_native_id (thread);
  g_assert_finalize_object (thread);
  my_test_wait_until (is_gone, &native_id);
  my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));
}

/* A starter that differs. */

typedef struct {
  int nice_value;
  int policy;
  int n_cpus;
} Schedule;

static void
run_see_schedule (MyThread *thread,
                  gpointer data,
                  GError **error)
{
  Schedule *schedule = data;
  cpu_set_t cpus;

  schedule->nice_value = getpriority (PRIO_PROCESS, (id_t) gettid ());
  schedule->policy = sched_getscheduler (0);
  g_assert_cmpint (sched_getaffinity (0, sizeof cpus, &cpus), ==, 0);
  schedule->n_cpus = CPU_COUNT (&cpus);
}

static gpointer
start_as_another (gpointer change)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Schedule mine;
  Schedule seen;
  gint native_id;

  g_main_context_push_thread_default (context);

  /* There is one that this thread could take, and it is as this thread is. */
  native_id = run_and_rest (my_test_run_nothing, NULL);
  ((MyThreadFunc) change) (my_thread_get_current (), NULL, NULL);
  run_see_schedule (NULL, &mine, NULL);

  /* Once on one that is made, and once on that one again. */
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpint (run_and_rest (run_see_schedule, &seen), !=, native_id);
    g_assert_cmpint (seen.nice_value, ==, mine.nice_value);
    g_assert_cmpint (seen.policy, ==, mine.policy);
    g_assert_cmpint (seen.n_cpus, ==, mine.n_cpus);
  }
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_starter_differs (gconstpointer change)
{
  Schedule mine;
  Schedule seen;

  run_see_schedule (NULL, &mine, NULL);
  g_thread_join (g_thread_new ("another", start_as_another, (gpointer) change));
  my_test_finish (my_test_start (NULL, run_see_schedule, &seen));
  g_assert_cmpint (seen.nice_value, ==, mine.nice_value);
  g_assert_cmpint (seen.policy, ==, mine.policy);
  g_assert_cmpint (seen.n_cpus, ==, mine.n_cpus);
}

/* A fresh one. */

static gint n_destroyed;

static void
count_destroyed (gpointer unused)
{
  g_atomic_int_inc (&n_destroyed);
}

static GPrivate with_destructor = G_PRIVATE_INIT (count_destroyed);

static void
run_set_private (MyThread *thread,
                 gpointer unused,
                 GError **error)
{
  g_assert_null (g_private_get (&with_destructor));
  g_private_set (&with_destructor, thread);
}

static void
test_fresh (void)
{
  gint64 begin = g_get_monotonic_time ();
  gint native_id = run_and_rest (my_test_run_nothing, NULL);

  for (gint i = 1; i <= 5; i++) {
    MyThread *thread = my_thread_new (NULL, run_set_private, NULL, NULL);
    gint fresh_id;

    my_thread_set_fresh_os_thread (thread, TRUE);
    g_assert_true (my_thread_start (thread, NULL));
    g_assert_true (my_thread_join (thread, NULL));
    fresh_id = my_thread_get_native_id (thread);
    g_assert_cmpint (fresh_id, !=, native_id);
    g_assert_finalize_object (thread);
    my_test_wait_until (is_gone, &fresh_id);
    g_assert_cmpint (g_atomic_int_get (&n_destroyed), ==, i);
  }
  /* They have left it where it was. */
  if (run_and_rest (my_test_run_nothing, NULL) != native_id) {
    assert_has_gone_in_time (begin);
  }
}

static void
test_priority_is_fresh (void)
{
  gint native_id = run_and_rest (my_test_run_nothing, NULL);
  MyThread *thread = my_thread_new (NULL, my_test_run_nothing, NULL, NULL);
  gint nice_id;

  my_thread_set_priority (thread, 19);
  g_assert_true (my_thread_start (thread, NULL));
  g_assert_true (my_thread_join (thread, NULL));
  nice_id = my_thread_get_native_id (thread);
  g_assert_cmpint (nice_id, !=, native_id);
  g_assert_finalize_object (thread);
  my_test_wait_until (is_gone, &nice_id);
}

/* An OS thread that has ended a thread, and is not done: it must not be taken. */

typedef struct {
  MyThread *inner;
  MyTestBlock block;
} Nesting;

static void
run_nesting (MyThread *thread,
             gpointer data,
             GError **error)
{
  Nesting *nesting = data;

  g_assert_true (my_thread_start (nesting->inner, NULL));
  my_test_run_block (thread, &nesting->block, error);
}

static void
test_nested (void)
{
  MyExecutor *executor = my_test_executor_new (MY_TEST_EXECUTOR_INLINE);
  Nesting nesting = { .inner = my_thread_new (NULL, NULL, NULL, NULL) };
  MyThread *outer;

  my_test_block_init (&nesting.block);
  my_thread_set_executor (nesting.inner, executor);
  outer = my_test_start (NULL, run_nesting, &nesting);
  my_test_gate_wait (&nesting.block.entered);
  g_assert_true (my_thread_join (nesting.inner, NULL));
  g_assert_cmpint (my_thread_get_native_id (nesting.inner), ==, my_thread_get_native_id (outer));

  /* It would wait for ever on the OS thread of the outer one. */
  my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));

  my_test_gate_open (&nesting.block.release);
  my_test_finish (outer);
  g_assert_finalize_object (nesting.inner);
  my_test_executor_free (executor);
  my_test_block_clear (&nesting.block);
}

static void
start_and_join_another (GCancellable *cancellable,
                        gpointer n)
{
  MyThread *thread = my_test_start (NULL, my_test_run_nothing, NULL);

  g_assert_true (my_thread_join (thread, NULL));
  g_object_unref (thread); /* the main thread, which owns it, has the last one */
  g_atomic_int_inc ((gint *) n);
}

/* A failure cancels the siblings, on the OS thread that has failed: a handler may need another thread there. */
static void
test_handler_waits (void)
{
  MyThreadGroup *group = my_thread_group_new ("handler", NULL);
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *failing = my_test_thread_new_in_group (group, my_test_run_fail, NULL);
  MyThread *sibling;
  gint n = 0;

  my_thread_group_set_cancel_on_error (group, TRUE);
  sibling = my_test_thread_new_in_group (group, my_test_run_sleep, &block);
  g_signal_connect (my_thread_get_cancellable (sibling), "cancelled", G_CALLBACK (start_and_join_another), &n);
  g_assert_true (my_thread_start (sibling, NULL));
  my_test_gate_wait (&block.entered);
  g_assert_true (my_thread_start (failing, NULL));
  g_assert_false (my_thread_join (failing, NULL));
  g_assert_false (my_thread_join (sibling, NULL));
  my_test_wait_until (my_test_is_set, &n);

  my_test_release (failing);
  my_test_release (sibling);
  my_test_release (group);
}

/* The queue of a group: likewise tried until few are held up. */

static gboolean
reuses_in_queue (gpointer unused)
{
  MyThreadGroup *group = my_thread_group_new ("queue", NULL);
  MyThread *threads[100];
  g_autoptr (GHashTable) native_ids = g_hash_table_new (NULL, NULL);

  my_thread_group_set_max_running (group, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i] = my_test_thread_new_in_group (group, my_test_run_nothing, NULL);
    g_assert_true (my_thread_start (threads[i], NULL));
  }
  g_assert_true (my_thread_group_join (group, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_hash_table_add (native_ids, GINT_TO_POINTER (my_thread_get_native_id (threads[i])));
    my_test_release (threads[i]);
  }
  my_test_release (group);
  g_test_message ("100 threads on %u OS threads", g_hash_table_size (native_ids));
  return g_hash_table_size (native_ids) < 50;
}

static void
test_queued (void)
{
  my_test_wait_until (reuses_in_queue, NULL);
}

/* fork() and exit() */

static void
run_fork (MyThread *thread,
          gpointer status,
          GError **error)
{
  pid_t child = fork ();

  if (child == 0) {
    /* The OS threads that waited for work are gone. */
    my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));
    my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));
    execlp ("true", "true", NULL);
    _exit (127);
  }
  *(int *) status = my_test_wait_for_child (child);
}

static void
test_fork (void)
{
  g_auto (MyTestBlock) block = MY_TEST_BLOCK_INIT;
  MyThread *threads[2];
  int status = -1;

  for (guint i = 0; i < 2; i++) {
    threads[i] = my_test_start_block (NULL, &block);
  }
  my_test_gate_open (&block.release);
  my_test_gate_open (&block.release);
  my_test_finish (threads[0]);
  my_test_finish (threads[1]);

  run_fork (NULL, &status, NULL);
  g_assert_cmpint (status, ==, 0);
  status = -1;
  my_test_finish (my_test_start (NULL, run_fork, &status));
  g_assert_cmpint (status, ==, 0);
  my_test_finish (my_test_start (NULL, my_test_run_nothing, NULL));
}

static void
test_exit (void)
{
  if (g_test_subprocess ()) {
    run_and_rest (my_test_run_nothing, NULL);
    exit (0);
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("");
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/os-thread/reuse/same", test_same);
  g_test_add_func ("/os-thread/reuse/back-to-back", test_back_to_back);
  g_test_add_func ("/os-thread/reuse/set-back", test_set_back);
  g_test_add_func ("/os-thread/reuse/inherits", test_inherits);
  g_test_add_data_func ("/os-thread/reuse/spoilt/nice-value", run_be_nice, test_spoilt);
  g_test_add_data_func ("/os-thread/reuse/spoilt/policy", run_be_batch, test_spoilt);
  g_test_add_data_func ("/os-thread/reuse/spoilt/affinity", run_stay_on_one_cpu, test_spoilt);
  g_test_add_data_func ("/os-thread/reuse/spoilt/signal-stack", run_set_signal_stack, test_spoilt);
  g_test_add_data_func ("/os-thread/reuse/spoilt/context", run_push_context, test_spoilt);
  g_test_add_data_func ("/os-thread/reuse/spoilt/pending-signal", run_keep_signal, test_spoilt);
  g_test_add_data_func ("/os-thread/reuse/spoilt/pending-cancel", run_keep_cancel, test_spoilt);
  g_test_add_func ("/os-thread/reuse/spoilt/robust-mutex", test_robust_mutex);
  g_test_add_func ("/os-thread/reuse/spoilt/pthread-exit", test_pthread_exit);
  g_test_add_data_func ("/os-thread/reuse/starter/nice-value", run_be_nice, test_starter_differs);
  g_test_add_data_func ("/os-thread/reuse/starter/policy", run_be_batch, test_starter_differs);
  g_test_add_data_func ("/os-thread/reuse/starter/affinity", run_stay_on_one_cpu, test_starter_differs);
  g_test_add_func ("/os-thread/reuse/fresh", test_fresh);
  g_test_add_func ("/os-thread/reuse/priority-is-fresh", test_priority_is_fresh);
  g_test_add_func ("/os-thread/reuse/nested", test_nested);
  g_test_add_func ("/os-thread/reuse/handler-waits", test_handler_waits);
  g_test_add_func ("/os-thread/reuse/queued", test_queued);
  g_test_add_func ("/os-thread/reuse/fork", test_fork);
  g_test_add_func ("/os-thread/reuse/exit", test_exit);

  return g_test_run ();
}
