/* Copyright 2026 The MyThread authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <mythread.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "core/my-current-private.h"
#include "exec/my-os-thread-cache-private.h"
#include "exec/my-os-thread-private.h"
#include "my-test-patience.h"
#include "my-test-sanitizer.h"

/* How long OS threads wait for work, how many, and who takes them when. */

#define FOREVER ((gint64) 3600 * G_USEC_PER_SEC)
#define N_STARTERS 4
#define N_ROUNDS 2000

typedef struct {
  gboolean (*is_so) (guint data);
  guint data;
} Condition;

static gboolean
is_condition_met (gpointer data)
{
  Condition *condition = data;

  return condition->is_so (condition->data);
}

static void
wait_until (gboolean (*predicate) (guint data),
            guint data)
{
  Condition condition = { predicate, data };

  my_test_wait_until (is_condition_met, &condition);
}

/* Of the process, before the library has made any: a sanitizer may have one of its own, from the first pthread_create(). */
static guint n_before;

static gpointer
return_native_id (gpointer unused)
{
  return GINT_TO_POINTER (gettid ());
}

static gboolean
is_gone (guint native_id)
{
  return my_test_get_os_state ((gint) native_id) == '-';
}

static void
count_before (void)
{
  pthread_t thread;
  gpointer native_id;

  g_assert_cmpint (pthread_create (&thread, NULL, return_native_id, NULL), ==, 0);
  pthread_join (thread, &native_id);
  wait_until (is_gone, GPOINTER_TO_UINT (native_id));
  n_before = my_test_count_os_threads ();
}

static gboolean
are_os_threads (guint n)
{
  return my_test_count_os_threads () == n_before + n;
}

static gboolean
are_idle (guint n)
{
  return my_os_thread_cache_get_n_idle () == n;
}

static gboolean
are_dropped (guint unused)
{
  my_os_thread_cache_drop_idle ();
  return are_os_threads (0);
}

static gboolean
is_asleep (guint native_id)
{
  return my_test_get_os_state ((gint) native_id) == 'S';
}

/* Lets all that wait for work exit. */
static void
begin (void)
{
  wait_until (are_dropped, 0);
}

static gint
run_one (void)
{
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  gint native_id;

  g_assert_true (my_thread_start (thread, NULL));
  g_assert_true (my_thread_join (thread, NULL));
  native_id = my_thread_get_native_id (thread);
  g_assert_finalize_object (thread);
  return native_id;
}

/* Several at once. */

typedef struct {
  pthread_barrier_t barrier;
} Meeting;

static void
run_meet (MyThread *thread,
          gpointer data,
          GError **error)
{
  pthread_barrier_wait (&((Meeting *) data)->barrier);
}

static void
run_at_once (guint n)
{
  Meeting meeting;
  g_autofree MyThread **threads = g_new (MyThread *, n);

  pthread_barrier_init (&meeting.barrier, NULL, n);
  for (guint i = 0; i < n; i++) {
    threads[i] = my_thread_new (NULL, run_meet, &meeting, NULL);
    g_assert_true (my_thread_start (threads[i], NULL));
  }
  for (guint i = 0; i < n; i++) {
    g_assert_true (my_thread_join (threads[i], NULL));
    g_assert_finalize_object (threads[i]);
  }
  pthread_barrier_destroy (&meeting.barrier);
}

static void
test_time_out (void)
{
  begin ();
  my_os_thread_cache_set_limits (64, 2000);
  run_at_once (5);
  wait_until (are_idle, 0);
  wait_until (are_os_threads, 0);
}

static void
test_most_idle (void)
{
  begin ();
  my_os_thread_cache_set_limits (2, FOREVER);
  run_at_once (6);
  wait_until (are_os_threads, 2);
  g_assert_cmpuint (my_os_thread_cache_get_n_idle (), ==, 2);
}

static void
test_none_idle (void)
{
  gint last = 0;

  begin ();
  my_os_thread_cache_set_limits (0, FOREVER);
  for (guint i = 0; i < 10; i++) {
    gint native_id = run_one ();

    g_assert_cmpint (native_id, !=, last);
    g_assert_cmpuint (my_os_thread_cache_get_n_idle (), ==, 0);
    last = native_id;
  }
  wait_until (are_os_threads, 0);
}

/* Work that is no thread object. */

typedef struct {
  MyThread *current;
  gint native_id;
  char name[16];
  gint done;
} Spawned;

static void
spawned_body (gpointer data)
{
  Spawned *spawned = data;

  spawned->native_id = my_current_get_native_id ();
  g_assert_cmpint (spawned->native_id, ==, gettid ());
  prctl (PR_GET_NAME, spawned->name);
  g_atomic_int_set (&spawned->done, 1);
}

static Spawned spawned;

static gboolean
is_done (guint unused)
{
  return g_atomic_int_get (&spawned.done);
}

static void
test_spawn (void)
{
  GError *error = NULL;
  MyOsThreadInherited inherited;
  gint last = 0;

  begin ();
  my_os_thread_inherited_read (&inherited);
  my_os_thread_cache_set_limits (64, FOREVER);
  for (guint i = 0; i < 3; i++) {
    spawned = (Spawned){ 0 };
    g_assert_true (my_os_thread_spawn ("a worker of 15.", &inherited, spawned_body, &spawned, &error));
    g_assert_no_error (error);
    wait_until (is_done, 0);
    wait_until (are_idle, 1);
    wait_until (is_asleep, (guint) spawned.native_id);
    g_assert_cmpstr (spawned.name, ==, "a worker of 15.");
    g_assert_true (i == 0 || spawned.native_id == last);
    last = spawned.native_id;
  }
  g_assert_cmpint (run_one (), ==, spawned.native_id);
}

/* A signal goes to who waits for it, though an OS thread that waits for work was made when nobody blocked it. */

static gint idle_id;

static gboolean
blocks_signals (guint signal)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/status", idle_id);
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  line = strstr (text, "SigBlk:");
  return line != NULL && (g_ascii_strtoull (line + strlen ("SigBlk:"), NULL, 16) >> (signal - 1) & 1);
}

static void
test_signal (void)
{
  struct timespec limit = { 3600, 0 };
  sigset_t signals;
  sigset_t before;

  begin ();
  my_os_thread_cache_set_limits (64, FOREVER);
  idle_id = run_one ();
  wait_until (blocks_signals, SIGTERM);

  sigemptyset (&signals);
  sigaddset (&signals, SIGTERM);
  pthread_sigmask (SIG_BLOCK, &signals, &before);
  kill (getpid (), SIGTERM);
  g_assert_cmpint (sigtimedwait (&signals, NULL, &limit), ==, SIGTERM);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
}

/* What is idle gives way to what can not use it. */
static void
test_makes_room (void)
{
#if MY_TEST_HAS_SANITIZER
  g_test_message ("a sanitizer needs the address space");
#else
  MyThread *thread = my_thread_new (NULL, NULL, NULL, NULL);
  struct rlimit before;
  struct rlimit limit;
  GError *error = NULL;
  g_autofree char *text = NULL;

  begin ();
  my_os_thread_cache_set_limits (64, FOREVER);
  /* More stacks than the C library keeps of those that have exited. */
  run_at_once (16);
  wait_until (are_idle, 16);

  g_assert_cmpint (getrlimit (RLIMIT_AS, &before), ==, 0);
  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  limit = before;
  limit.rlim_cur = g_ascii_strtoull (text, NULL, 10) * (guint64) sysconf (_SC_PAGESIZE) + (1 << 20);
  g_assert_cmpint (setrlimit (RLIMIT_AS, &limit), ==, 0);
  my_thread_set_fresh_os_thread (thread, TRUE);
  g_assert_true (my_thread_start (thread, &error));
  g_assert_no_error (error);
  g_assert_cmpint (setrlimit (RLIMIT_AS, &before), ==, 0);
  g_assert_true (my_thread_join (thread, NULL));
  g_assert_finalize_object (thread);
#endif
}

/* Starts from many threads, while the idle time runs out. */

static gint n_run;

static void
run_count (MyThread *thread,
           gpointer unused,
           GError **error)
{
  g_atomic_int_inc (&n_run);
}

static gpointer
start_often (gpointer data)
{
  GRand *random = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  for (guint i = 0; i < N_ROUNDS; i++) {
    MyThread *thread = my_thread_new (NULL, run_count, NULL, NULL);

    g_assert_true (my_thread_start (thread, NULL));
    g_assert_true (my_thread_join (thread, NULL));
    g_assert_finalize_object (thread);
    /* About as long as they wait: some go in this moment. */
    if (i % 4 == 0) {
      g_usleep ((gulong) g_rand_int_range (random, 0, 120));
    }
  }
  g_main_context_pop_thread_default (context);
  g_rand_free (random);
  return NULL;
}

static void
test_races (void)
{
  pthread_t starters[N_STARTERS];

  begin ();
  n_run = 0;
  my_os_thread_cache_set_limits (2, 100);
  for (guint i = 0; i < N_STARTERS; i++) {
    g_assert_cmpint (pthread_create (&starters[i], NULL, start_often, GUINT_TO_POINTER (i)), ==, 0);
  }
  for (guint i = 0; i < N_STARTERS; i++) {
    pthread_join (starters[i], NULL);
  }
  g_assert_cmpint (n_run, ==, N_STARTERS * N_ROUNDS);
  wait_until (are_idle, 0);
  wait_until (are_os_threads, 0);
}

/* When main() has called pthread_exit() those that wait for work do not hold the process, nor does one that ends its work after that. */

/* LeakSanitizer asks for it: with the stack of main() goes what is referred to from there alone. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return g_test_subprocess ();
}

static void
run_until_main_is_gone (MyThread *thread,
                        gpointer unused,
                        GError **error)
{
  my_test_wait_until_main_is_gone ();
}

static void
test_main_end (void)
{
  MyThread *thread;

  if (n_before > 1) {
    g_test_skip ("a sanitizer's own OS thread holds the process");
    return;
  }
  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed ();
    return;
  }
  my_os_thread_cache_set_limits (64, FOREVER);
  thread = my_thread_new (NULL, run_until_main_is_gone, NULL, NULL);
  g_assert_true (my_thread_start (thread, NULL));
  g_object_unref (thread);
  run_at_once (5);
  wait_until (are_idle, 5);
  pthread_exit (NULL);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  count_before ();
  g_test_add_func ("/os-thread-cache/time-out", test_time_out);
  g_test_add_func ("/os-thread-cache/most-idle", test_most_idle);
  g_test_add_func ("/os-thread-cache/none-idle", test_none_idle);
  g_test_add_func ("/os-thread-cache/spawn", test_spawn);
  g_test_add_func ("/os-thread-cache/signal", test_signal);
  g_test_add_func ("/os-thread-cache/main-end", test_main_end);
  g_test_add_func ("/os-thread-cache/makes-room", test_makes_room);
  g_test_add_func ("/os-thread-cache/races", test_races);
  return g_test_run ();
}
